"""Files of every kind that people and programs upload, each with the result that it must get. All are made in code."""

from tests.corpus.bombs import BOMBS
from tests.corpus.case import Case
from tests.corpus.damaged import DAMAGED
from tests.corpus.drawing import SPOT
from tests.corpus.fine import FINE
from tests.corpus.heic import HEIC
from tests.corpus.limits import LIMITS
from tests.corpus.no_images import NO_IMAGES

__all__ = ["CORPUS", "SPOT", "Case"]

CORPUS: tuple[Case, ...] = (*FINE, *HEIC, *LIMITS, *NO_IMAGES, *DAMAGED, *BOMBS)
