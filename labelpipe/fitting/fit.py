"""A picture that Custom Labels takes instead of one that it would not take, and the way back for its boxes."""

import atexit

from labelpipe.fitting.decoder import Decoder
from labelpipe.fitting.values import Fitted, Job

__all__ = ["Fitted", "fit"]

_DECODER = Decoder()
atexit.register(_DECODER.close)


def fit(body: bytes, expected: str, *, upright: bool) -> Fitted:
    """Decode as the expected format and no other, in a process of its own: one image at a time.

    Raise Failure: BAD_IMAGE for what cannot be decoded or never fits, OUR_FAULT when the decoder hangs.
    """
    return _DECODER.fit(Job(body, expected, upright))
