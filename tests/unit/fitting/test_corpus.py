"""Every file of the corpus gets its result, and whatever it was, the next image is fitted as if nothing had been."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from labelpipe.core.boxes import Box, Geometry
from labelpipe.core.results import Status
from labelpipe.fitting.decoder import Decoder
from labelpipe.fitting.values import Fitted
from tests.corpus import CORPUS, SPOT, Case
from tests.corpus.answering import answered

NEIGHBOUR = next(case for case in CORPUS if case.name == "webp")
MOST_BYTES = 512_000_000


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """One for all files, with less time than a function's, so that a bomb is soon over."""
    decoder = Decoder(most_cpu_seconds=3)
    yield decoder
    decoder.close()


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_a_file_gets_its_result_and_leaves_the_decoder_well(case: Case, decoder: Decoder) -> None:
    found = answered(case, decoder)
    assert (found.status, found.code, found.steps) == (case.status, case.code, case.steps)
    if found.fitted and case.spotted:
        assert_spotted(found.fitted)
    assert answered(NEIGHBOUR, decoder).status is Status.SUCCEEDED
    assert peak(decoder) < MOST_BYTES


def assert_spotted(fitted: Fitted) -> None:
    """What a perfect model finds on the picture is where the drawing has it on the stored raster."""
    found = fitted.way_back.geometry(Geometry(dark(fitted.body)))
    assert found and found.box
    slack = 4 / min(fitted.stored.width or 1, fitted.stored.height or 1)
    assert vars(found.box) == pytest.approx(vars(SPOT), abs=slack)


def dark(jpeg: bytes) -> Box:
    with Image.open(BytesIO(jpeg)) as picture:
        _, green, _ = picture.split()
    left, top, right, bottom = green.point(lambda value: 255 * (value < 100)).getbbox()
    width, height = green.size
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height)


def peak(decoder: Decoder) -> int:
    """Bytes of memory that the decoder's present process has held at most."""
    assert decoder.process
    lines = Path(f"/proc/{decoder.process.pid}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def test_the_corpus_is_large_and_no_name_comes_twice() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS) >= 45
