from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from labelpipe.standin.errors import ImageTooLargeException, InvalidS3ObjectException
from labelpipe.standin.objects import Objects
from labelpipe.standin.state import Location


@pytest.fixture
def objects() -> Iterator[Objects]:
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="images")
        s3.put_bucket_versioning(Bucket="images", VersioningConfiguration={"Status": "Enabled"})
        yield Objects()


def test_what_was_written_is_read(objects: Objects) -> None:
    objects.write(Location("images", "a b+é.json"), b"{}")
    assert objects.read(Location("images", "a b+é.json"), limit=2) == b"{}"


def test_a_named_version_is_read_and_not_the_newest(objects: Objects) -> None:
    s3 = boto3.client("s3")
    old = s3.put_object(Bucket="images", Key="k", Body=b"old")["VersionId"]
    s3.put_object(Bucket="images", Key="k", Body=b"new")
    assert objects.read(Location("images", "k", old)) == b"old"
    assert objects.read(Location("images", "k")) == b"new"


@pytest.mark.parametrize(
    "place", [Location("images", "absent"), Location("elsewhere", "k"), Location("images", "k", "x")]
)
def test_whatever_cannot_be_read_is_one_error(objects: Objects, place: Location) -> None:
    objects.write(Location("images", "k"), b"x")
    with pytest.raises(InvalidS3ObjectException, match="Unable to get object metadata from S3"):
        objects.read(place)


def test_more_than_the_limit_is_refused(objects: Objects) -> None:
    objects.write(Location("images", "k"), b"12345")
    with pytest.raises(ImageTooLargeException):
        objects.read(Location("images", "k"), limit=4)


def test_a_url_that_is_none_is_one_line_of_the_log(
    objects: Objects, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "nonsense")
    with pytest.raises(InvalidS3ObjectException):
        objects.read(Location("images", "k"))
    assert capsys.readouterr().err == "standin: s3://images/k was not read: Invalid endpoint: nonsense\n"
