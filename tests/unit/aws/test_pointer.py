"""The current release, against moto's SSM and S3."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore

import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from labelpipe.aws.clients import Clients
from labelpipe.aws.pointer import ReleasePointer
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.names import NO_RELEASE, release_key
from labelpipe.core.releases import Release, ReleasedModel


class Place:
    """A bucket, a pointer and a clock that the test turns."""

    def __init__(self) -> None:
        self.s3, self.ssm, self.now = Clients().s3(), Clients().ssm(), 0.0
        self.s3.create_bucket(Bucket="images")
        self.point(NO_RELEASE)
        self.pointer = ReleasePointer(
            self.ssm, self.s3, parameter="/bees/release", bucket="images", clock=lambda: self.now
        )

    def point(self, key: str) -> None:
        self.ssm.put_parameter(Name="/bees/release", Value=key, Type="String", Overwrite=True)

    def release(self, number: int) -> Release:
        model = ReleasedModel("bees", "rekognition", "arn:project", f"arn:version/{number}", {"bee": 70})
        release = Release(f"bees-{number}", "bees", (model,), "someone", "2026-11-20T10:00:00Z")
        key = release_key("bees", release.id)
        self.s3.put_object(Bucket="images", Key=key, Body=release.to_json().encode())
        self.point(key)
        return release

    def cause(self) -> Cause:
        with pytest.raises(Failure) as caught:
            self.pointer.release()
        return caught.value.cause


@pytest.fixture
def place():
    with mock_aws():
        yield Place()


def test_without_a_release_the_model_counts_as_off(place):
    assert place.cause() is Cause.MODEL_OFF


def test_a_promotion_takes_effect_within_half_a_minute(place):
    first = place.release(1)
    assert place.pointer.release() == first
    second = place.release(2)
    place.now = 29.9
    assert place.pointer.release() == first
    place.now = 30
    assert place.pointer.release() == second


def test_the_first_release_is_seen_as_soon_as_any_other(place):
    assert place.cause() is Cause.MODEL_OFF
    first = place.release(1)
    place.now = 30
    assert place.pointer.release() == first


def test_a_record_is_read_only_when_the_pointer_has_moved(place):
    first = place.release(1)
    assert place.pointer.release() == first
    place.s3.delete_object(Bucket="images", Key=release_key("bees", "bees-1"))
    place.now = 60
    assert place.pointer.release() == first


UNREADABLE = [
    b"",
    b"{}",
    b"[]",
    b'"a word"',
    b"[" * 100_000,
    b'{"schema": 2}',
    b'{"schema": 1, "id": "x"}',
    b'{"schema": 1, "models": ["x"]}',
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_an_unreadable_record_is_the_route_s_fault_until_it_is_mended(place, text):
    place.s3.put_object(Bucket="images", Key="broken", Body=text)
    place.point("broken")
    assert place.cause() is Cause.ROUTE_FAULT
    mended = place.release(1)
    assert place.pointer.release() == mended


def test_those_who_wait_for_an_answer_that_does_not_come_do_not_ask_again_each(place, monkeypatch):
    here, asked = Semaphore(0), []

    def silence(**_):
        asked.append("once")
        for _ in range(10 if len(asked) == 1 else 0):
            here.acquire()
        time.sleep(0.2)  # the others come to the lock
        raise ReadTimeoutError(endpoint_url="ssm")

    def ask(_):
        here.release()
        return place.cause()

    monkeypatch.setattr(place.pointer._ssm, "get_parameter", silence, raising=False)
    with ThreadPoolExecutor(10) as pool:
        causes = list(pool.map(ask, range(10)))
    assert causes == [Cause.THEIR_FAULT] * 10
    assert len(asked) == 1
    assert place.cause() is Cause.THEIR_FAULT
    assert len(asked) == 2, "and whoever comes later asks anew"


def test_a_missing_record_or_parameter_is_the_route_s_fault(place):
    place.point("nowhere")
    assert place.cause() is Cause.ROUTE_FAULT
    place.ssm.delete_parameter(Name="/bees/release")
    assert place.cause() is Cause.ROUTE_FAULT
