"""Makes a picture fit the model's limits, with Pillow. Ships in the inference function only; imported when needed."""
