"""The current release, against moto's SSM and S3."""

import pytest
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


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"schema": 2}', b'{"schema": 1, "id": "x"}'])
def test_an_unreadable_record_is_the_route_s_fault_until_it_is_mended(place, text):
    place.s3.put_object(Bucket="images", Key="broken", Body=text)
    place.point("broken")
    assert place.cause() is Cause.ROUTE_FAULT
    mended = place.release(1)
    assert place.pointer.release() == mended


def test_a_missing_record_or_parameter_is_the_route_s_fault(place):
    place.point("nowhere")
    assert place.cause() is Cause.ROUTE_FAULT
    place.ssm.delete_parameter(Name="/bees/release")
    assert place.cause() is Cause.ROUTE_FAULT
