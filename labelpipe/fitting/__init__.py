"""Makes a picture fit the model's limits. Ships in the inference function only; imported when needed.

`fit` asks a `decoder`, which runs `worker` as another process; there alone, `picture` does it with Pillow.
"""
