"""At the documented limits of Custom Labels, and just beyond."""

from labelpipe.core.codes import Code
from tests.corpus.case import Case, Make, asked, fitted, rejected
from tests.corpus.drawing import file


def _grey(width: int, height: int) -> Make:
    return file("JPEG", "L", (width, height))


LIMITS: tuple[Case, ...] = (
    asked("side-64", ".jpg", _grey(64, 64)),
    rejected(Code.TOO_SMALL, "side-63", ".jpg", _grey(64, 63)),
    rejected(Code.TOO_SMALL, "png-1-by-1", ".png", file("PNG", "L", (1, 1))),
    asked("side-4096", ".jpg", _grey(4096, 512)),
    fitted("side-4097", ".jpg", _grey(512, 4097), "resize"),
    asked("ratio-20", ".jpg", _grey(1280, 64)),
    fitted("ratio-just-over-20", ".jpg", _grey(1281, 64), "pad"),
    fitted("ratio-21", ".jpg", _grey(70, 1470), "pad"),
    fitted("ratio-64", ".jpg", _grey(64 * 70, 70), "resize", "pad"),
    rejected(Code.TOO_NARROW, "ratio-65", ".jpg", _grey(65 * 70, 70)),
    fitted("over-15-megabytes", ".png", file("PNG", size=(2400, 2200), compress_level=0)),
    fitted("48-megapixels", ".jpg", _grey(8000, 6000), "resize"),
)
