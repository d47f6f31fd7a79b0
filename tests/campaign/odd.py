"""Files that are not what people should upload."""

from functools import partial

from labelpipe.core.codes import Code
from labelpipe.core.results import Status
from tests.campaign.contents import Content
from tests.integration.stage import picture


def odd_files() -> list[Content]:
    """One of each."""
    return [
        Content("empty", ".jpg", lambda: b"", Status.REJECTED, Code.EMPTY),
        Content("text", ".png", lambda: b"not an image at all", Status.REJECTED, Code.NOT_AN_IMAGE),
        Content("half", ".jpg", lambda: picture(True, 9)[:400], Status.REJECTED),
        Content("webp", ".webp", partial(picture, True, 7, format="WEBP"), label="day"),
        Content("bmp", ".bmp", partial(picture, False, 7, format="BMP"), label="night"),
    ]
