from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

MakeImage = Callable[..., Path]


@pytest.fixture
def make_image(tmp_path: Path) -> MakeImage:
    """Writes an image file below the test's own folder and gives its path."""

    def make(name: str, size: tuple[int, int] = (100, 80)) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, "white").save(path, "PNG" if name.lower().endswith("png") else "JPEG")
        return path

    return make
