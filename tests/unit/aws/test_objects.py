"""Looking at images and fetching them, against moto's S3."""

import pytest
from moto import mock_aws

from labelpipe.aws.clients import Clients
from labelpipe.aws.objects import Images
from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.images import HEAD


@pytest.fixture
def s3():
    with mock_aws():
        client = Clients().s3()
        client.create_bucket(Bucket="images")
        client.put_bucket_versioning(Bucket="images", VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def images(s3):
    return Images(s3, "images")


def failure(call) -> Failure:
    with pytest.raises(Failure) as caught:
        call()
    return caught.value


def test_a_look_tells_the_current_version_and_reads_no_more_than_the_head(s3, images):
    s3.put_object(Bucket="images", Key="bees/a b+1.jpg", Body=b"old")
    put = s3.put_object(Bucket="images", Key="bees/a b+1.jpg", Body=b"x" * (HEAD + 10))
    look = images.look("bees/a b+1.jpg")
    assert (look.version_id, f'"{look.etag}"') == (put["VersionId"], put["ETag"])
    assert (look.size, len(look.head)) == (HEAD + 10, HEAD)


def test_an_empty_object_can_be_looked_at(s3, images):
    put = s3.put_object(Bucket="images", Key="bees/a.jpg", Body=b"")
    look = images.look("bees/a.jpg")
    assert (look.version_id, look.size, look.head) == (put["VersionId"], 0, b"")


def test_an_upload_over_an_empty_object_is_looked_at_anew(s3, images, monkeypatch):
    s3.put_object(Bucket="images", Key="bees/a.jpg", Body=b"")
    current = images.current

    def replaced(key):
        s3.put_object(Bucket="images", Key=key, Body=b"new")
        return current(key)

    monkeypatch.setattr(images, "current", replaced)
    assert images.look("bees/a.jpg").head == b"new"


def test_what_never_was_and_what_was_deleted_is_gone(s3, images):
    version = s3.put_object(Bucket="images", Key="bees/a.jpg", Body=b"x")["VersionId"]
    s3.delete_object(Bucket="images", Key="bees/a.jpg")
    for key in ("bees/a.jpg", "bees/never.jpg"):
        assert failure(lambda key=key: images.look(key)).cause is Cause.GONE
        assert failure(lambda key=key: images.current(key)).cause is Cause.GONE
    s3.delete_object(Bucket="images", Key="bees/a.jpg", VersionId=version)
    assert failure(lambda: images.fetch("bees/a.jpg", version)).cause is Cause.GONE


def test_a_version_is_fetched_also_when_it_is_no_longer_current(s3, images):
    version = s3.put_object(Bucket="images", Key="bees/a.jpg", Body=b"old")["VersionId"]
    s3.put_object(Bucket="images", Key="bees/a.jpg", Body=b"new")
    assert images.fetch("bees/a.jpg", version) == b"old"
    assert images.fetch("bees/a.jpg", None) == b"new"


def test_an_archived_object_is_a_bad_image(s3, images):
    s3.put_object(Bucket="images", Key="bees/a.jpg", Body=b"x", StorageClass="GLACIER")
    found = failure(lambda: images.look("bees/a.jpg"))
    assert (found.cause, found.code) == (Cause.BAD_IMAGE, Code.ARCHIVED)
