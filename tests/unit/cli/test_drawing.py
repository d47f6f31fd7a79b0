"""Pictures are written all or not at all, where they can be."""

import pytest
from PIL import Image

from labelpipe.cli.drawing import _png, save
from labelpipe.core.errors import Problem

PICTURE = Image.new("RGB", (4, 4))


@pytest.mark.parametrize(("name", "said"), [("a.jpg", "are PNG"), ("d.png", "a folder"), ("no/a.png", "no folder")])
def test_what_cannot_be_a_picture_is_refused_before_any_work(tmp_path, name, said):
    (tmp_path / "d.png").mkdir()
    with pytest.raises(Problem, match=said):
        _png(tmp_path / name)


def test_a_picture_takes_the_place_of_the_one_before(tmp_path):
    path = _png(tmp_path / "a.PNG")
    path.write_text("before")
    save(PICTURE, path)
    with Image.open(path) as read:
        assert (read.format, [each.name for each in tmp_path.iterdir()]) == ("PNG", ["a.PNG"])


def test_what_fails_half_way_leaves_what_was_there(tmp_path, monkeypatch):
    def fails(self, path, form):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    (tmp_path / "a.png").write_text("before")
    monkeypatch.setattr(Image.Image, "save", fails)
    with pytest.raises(Problem, match="No space left on device: name a file that can be written"):
        save(PICTURE, tmp_path / "a.png")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.png", "before")]
