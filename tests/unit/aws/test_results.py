"""Publishing results, against moto's S3."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from botocore.response import StreamingBody
from moto import mock_aws

from labelpipe.aws import results as aws_results
from labelpipe.aws.clients import Clients
from labelpipe.aws.results import Publication, Published, Results, result_key
from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.results import Error, Image, Result, Status, Times, Trace

KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"


@pytest.fixture
def s3():
    with mock_aws():
        client = Clients().s3()
        client.create_bucket(Bucket="images")
        client.put_bucket_versioning(Bucket="images", VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def results(s3):
    return Results(s3, "images", KEY)


def upload(s3, body: bytes = b"x") -> Image:
    put = s3.put_object(Bucket="images", Key="bees/a.jpg", Body=body)
    return Image("images", "bees/a.jpg", put["VersionId"], put["ETag"].strip('"'))


def rejected(image: Image) -> Result:
    times = Times(None, "2026-11-20T10:14:02Z", "2026-11-20T10:14:03Z")
    return Result(Status.REJECTED, "bees", image, times, Trace("m", 1, "r"), error=Error(Code.TOO_SMALL))


def failed(image: Image) -> Result:
    return replace(rejected(image), status=Status.FAILED, error=Error(Code.UNEXPECTED, "OurFault"))


def test_a_result_lies_beside_its_image_encrypted_with_our_key(s3, results):
    image = upload(s3)
    assert results.publish(rejected(image)).how is Published.WRITTEN
    there = s3.get_object(Bucket="images", Key="bees/a.jpg.json")
    assert (there["ServerSideEncryption"], there["SSEKMSKeyId"]) == ("aws:kms", KEY)
    assert there["ContentType"] == "application/json"
    assert Result.from_json(there["Body"].read()) == rejected(image)


def test_an_answer_replaces_a_failed_result_of_the_same_version_and_nothing_else_does(s3, results):
    image = upload(s3)
    assert results.publish(failed(image)).how is Published.WRITTEN
    assert results.publish(failed(image)).how is Published.THERE
    assert results.publish(rejected(image)) == Publication(Published.WRITTEN, rejected(image))
    assert results.publish(failed(image)) == Publication(Published.THERE, rejected(image))
    assert results.publish(rejected(image)).how is Published.THERE
    assert results.read("bees/a.jpg.json").result.status is Status.REJECTED


def test_the_current_version_replaces_an_older_one_and_never_the_other_way(s3, results):
    old, new = upload(s3, b"old"), upload(s3, b"new")
    assert results.publish(rejected(old)).how is Published.WRITTEN
    assert results.publish(failed(new)).how is Published.WRITTEN
    assert results.publish(rejected(old)) == Publication(Published.SUPERSEDED)
    assert results.read("bees/a.jpg.json").result.image == new


def test_the_result_of_a_deleted_image_stays(s3, results):
    old, new = upload(s3, b"old"), upload(s3, b"new")
    results.publish(rejected(old))
    s3.delete_object(Bucket="images", Key="bees/a.jpg")
    assert results.publish(rejected(new)).how is Published.SUPERSEDED
    assert results.read("bees/a.jpg.json").result.image == old


@pytest.mark.parametrize("foreign", [b"{}", b"not JSON", b'{"SchemaVersion": "1.0", "Status": "SUCCEEDED"}', b"\xff"])
def test_what_we_did_not_write_is_never_overwritten(s3, results, foreign):
    image = upload(s3)
    s3.put_object(Bucket="images", Key="bees/a.jpg.json", Body=foreign)
    with pytest.raises(Failure) as caught:
        results.publish(rejected(image))
    assert caught.value.cause is Cause.FOREIGN_RESULT
    assert s3.get_object(Bucket="images", Key="bees/a.jpg.json")["Body"].read() == foreign


def test_half_a_result_is_not_taken_for_somebody_else_s(s3, results, monkeypatch):
    half = {"Body": StreamingBody(BytesIO(b'{"SchemaVersion": "1.0",'), 1000), "ETag": '"e"'}
    monkeypatch.setattr(s3, "get_object", lambda **_: half, raising=False)
    with pytest.raises(Failure) as caught:
        results.read("bees/a.jpg.json")
    assert caught.value.cause is Cause.THEIR_FAULT


def test_what_could_not_be_read_again_is_not_written(s3, results, monkeypatch):
    """It would be taken for somebody else's, and never give way to a newer one."""
    monkeypatch.setattr(aws_results, "_LONGEST_RESULT", 500)
    with pytest.raises(Failure) as caught:
        results.publish(rejected(upload(s3)))
    assert caught.value.cause is Cause.OUR_FAULT
    assert results.read("bees/a.jpg.json") is None


def test_a_result_that_vanishes_in_between_is_written_anew(s3, results, monkeypatch):
    image = upload(s3)
    results.publish(failed(image))
    read = results.read

    def read_then_lose(key):
        found = read(key)
        s3.delete_object(Bucket="images", Key=key)
        return found

    monkeypatch.setattr(results, "read", read_then_lose)
    assert results.publish(rejected(image)).how is Published.WRITTEN
    assert json.loads(s3.get_object(Bucket="images", Key="bees/a.jpg.json")["Body"].read())["Status"] == "REJECTED"


def test_a_conflict_without_end_is_given_up_for_now(s3, results, monkeypatch):
    monkeypatch.setattr(results, "_put", lambda *_: False)
    with pytest.raises(Failure) as caught:
        results.publish(rejected(upload(s3)))
    assert caught.value.cause is Cause.THEIR_FAULT


@pytest.mark.parametrize(("key", "fits"), [("a" * 1019, True), ("a" * 1020, False), ("ä" * 510, False)])
def test_a_key_too_long_to_append_to_is_named(key, fits):
    if fits:
        assert result_key(key) == key + ".json"
    else:
        with pytest.raises(Failure) as caught:
            result_key(key)
        assert caught.value.cause is Cause.KEY_TOO_LONG
