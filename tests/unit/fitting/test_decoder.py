"""The decoder's process dies, hangs or is filled up: the image is blamed only for what it did, and the next is well."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Event, Thread

import pytest
from PIL import Image

from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.fitting import process
from labelpipe.fitting.decoder import Decoder
from labelpipe.fitting.values import Job
from tests.corpus import CORPUS
from tests.corpus.drawing import encoded

FILES = {case.name: case for case in CORPUS}
MEGABYTE = 1_000_000


def job(name: str = "webp") -> Job:
    return Job(FILES[name].make(), name.partition("-")[0].upper(), upright=True)


@cache
def large(size: tuple[int, int] = (8000, 6000), **options) -> Job:
    """48 megapixels, in colours, as JPEG."""
    return Job(encoded(Image.new("RGB", size, "red"), "JPEG", **options), "JPEG", upright=True)


@pytest.fixture
def make() -> Iterator[Callable[..., Decoder]]:
    """Makes decoders that are ended with the test."""
    made: list[Decoder] = []

    def make(**limits) -> Decoder:
        made.append(Decoder(**limits))
        return made[-1]

    yield make
    for decoder in made:
        decoder.close()


@pytest.fixture
def killed() -> Iterator[Callable[..., list[int]]]:
    """Sends a signal to each new process of a decoder, up to so many; the list fills up with who got it."""
    done, threads = Event(), []

    def kill(decoder: Decoder, number: int, most: int) -> list[int]:
        hit: list[int] = []

        def watch() -> None:
            while not done.is_set() and len(hit) < most:
                running = decoder.process
                if running and running.pid not in hit:
                    os.kill(running.pid, number)
                    hit.append(running.pid)
                time.sleep(0.001)

        threads.append(Thread(target=watch))
        threads[-1].start()
        return hit

    yield kill
    done.set()
    for thread in threads:
        thread.join()


def refused(decoder: Decoder, wanted: Job) -> tuple[Cause, Code | None]:
    with pytest.raises(Failure) as caught:
        decoder.fit(wanted)
    return caught.value.cause, caught.value.code


def test_one_process_decodes_image_after_image(make):
    decoder = make()
    decoder.fit(job())
    first = decoder.process.pid
    decoder.fit(job("tiff-lzw"))
    assert decoder.process.pid == first


def test_a_process_that_died_between_two_images_is_replaced(make):
    decoder = make()
    decoder.fit(job())
    os.kill(decoder.process.pid, signal.SIGKILL)
    assert decoder.fit(job()).transform.steps == ("encode",)


def test_an_image_during_which_the_process_is_killed_once_is_not_to_blame(make, killed):
    decoder = make()
    hit = killed(decoder, signal.SIGKILL, most=1)
    assert decoder.fit(large()).transform.steps == ("resize", "encode")
    assert len(hit) == 1


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGKILL, Code.TOO_COSTLY), (signal.SIGABRT, Code.TOO_COSTLY), (signal.SIGSEGV, Code.DAMAGED)],
)
def test_an_image_on_which_two_processes_die_is_to_blame(make, killed, number, code):
    decoder = make()
    hit = killed(decoder, number, most=2)
    assert refused(decoder, large()) == (Cause.BAD_IMAGE, code)
    assert len(hit) == 2
    assert decoder.fit(job()).transform.steps == ("encode",)


def test_a_process_that_hangs_is_ended_and_no_image_is_blamed(make, killed):
    decoder = make(most_seconds=0.5)
    killed(decoder, signal.SIGSTOP, most=1)
    assert refused(decoder, large()) == (Cause.OUR_FAULT, None)
    assert decoder.fit(job()).transform.steps == ("encode",)


def test_too_much_memory_is_the_images_fault_and_the_process_survives_it(make):
    decoder = make(most_bytes=100 * MEGABYTE)
    decoder.fit(job())
    first = decoder.process.pid
    assert refused(decoder, large()) == (Cause.BAD_IMAGE, Code.TOO_COSTLY)
    assert decoder.fit(job()).transform.steps == ("encode",)
    assert decoder.process.pid == first


def test_time_is_counted_for_each_image_alone(make):
    decoder = make(most_cpu_seconds=1)
    decoder.fit(job())
    while process_time(decoder) < 3:
        decoder.fit(large((2000, 2000)))


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"subsampling": 0, "progressive": True}])
def test_48_megapixels_are_shrunk_within_the_memory_that_is_promised(make, options):
    """512 MB with the function itself, which has about 60, and the file of 15 MB, which both hold."""
    decoder = make()
    fitted = decoder.fit(large(**options))
    assert (fitted.transform.steps, fitted.transform.width >= 4000) == (("resize", "encode"), True)
    assert peak(decoder) < (512 - 60 - 2 * 15) * MEGABYTE


def peak(decoder: Decoder) -> int:
    (line,) = [line for line in status(decoder) if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def process_time(decoder: Decoder) -> float:
    """Seconds of CPU time of its process."""
    fields = Path(f"/proc/{decoder.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def status(decoder: Decoder) -> list[str]:
    return Path(f"/proc/{decoder.process.pid}/status").read_text().splitlines()


def test_the_process_knows_no_credentials(make, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    decoder = make()
    decoder.fit(job())
    assert b"AWS" not in Path(f"/proc/{decoder.process.pid}/environ").read_bytes()


def test_a_bug_of_the_decoder_is_raised_as_one_with_its_traceback(make):
    with pytest.raises(RuntimeError, match="in _codec(?s:.*)KeyError: 'PSD'"):
        make().fit(Job(b"8BPS", "PSD", upright=True))


def test_a_process_that_answers_nonsense_is_not_asked_again(make, monkeypatch):
    decoder = make()
    decoder.fit(job())
    first = decoder.process.pid
    monkeypatch.setattr(process, "_LAST_WORDS", 0)
    monkeypatch.setattr(process, "read_answer", lambda pipe: json.loads("{"))
    with pytest.raises(Failure):
        decoder.fit(job())
    monkeypatch.undo()
    assert decoder.fit(job()).transform.steps == ("encode",)
    assert decoder.process.pid != first


def test_a_decoder_that_cannot_start_blames_no_image(make, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="no decoder: its process ended with 1"):
        make().fit(job())


def test_closing_ends_the_process(make):
    decoder = make()
    decoder.fit(job())
    place = Path(f"/proc/{decoder.process.pid}")
    decoder.close()
    assert not place.exists()
