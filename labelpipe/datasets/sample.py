"""A drawn sample to try everything on: bees and ladybirds on flowers, with a box around each."""

from pathlib import Path

from labelpipe.datasets.images import Split


def draw_sample(
    folder: Path, *, seed: int = 7, train: int = 36, test: int = 16, size: tuple[int, int] = (480, 360)
) -> Split:
    """Draw `train` + `test` JPEG images of `size` pixels into `folder`; the same seed draws the same images."""
    raise NotImplementedError
