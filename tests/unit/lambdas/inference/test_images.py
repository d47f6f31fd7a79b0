"""Images of every kind, and the result that each gets."""

from functools import partial

import pytest

from labelpipe.core.boxes import Box
from labelpipe.core.codes import Code
from labelpipe.core.results import Status
from lambdas.inference import decoding
from lambdas.inference import tools as roots


def answered(world, body: bytes, key: str = "bees/a.jpg"):
    """The result of one upload."""
    world.upload(key, body)
    assert world.invoke(world.event(key)) == []
    return world.result(key)


@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "BMP", "GIF"])
def test_other_formats_are_converted_and_say_so(world, kind):
    result = answered(world, world.encoded(kind), f"bees/a.{kind.lower()}")
    assert (result.status, result.image.format, result.image.width) == (Status.SUCCEEDED, kind, 160)
    (sent,) = world.model.sent_bytes
    assert sent.startswith(b"\xff\xd8\xff")
    assert (result.transform.steps, result.transform.bytes) == (("encode",), len(sent))


def test_a_turned_image_is_asked_upright_and_its_boxes_are_turned_back(world):
    result = answered(world, world.jpeg(orientation=6))
    assert (result.image.width, result.image.height, result.image.orientation) == (160, 120, 6)
    assert (result.transform.steps, result.transform.width) == (("orient", "encode"), 120)
    seen = Box(0.1, 0.2, 0.3, 0.4)
    stored = Box(seen.top, 1 - seen.left - seen.width, seen.height, seen.width)
    assert vars(result.labels[0].geometry.box) == pytest.approx(vars(stored))


def test_the_user_s_image_is_never_changed(world):
    body = world.encoded("WEBP")
    version = world.upload("bees/a.webp", body)
    world.invoke(world.event("bees/a.webp"))
    versions = world.s3.list_object_versions(Bucket="images", Prefix="bees/")["Versions"]
    assert [each["VersionId"] for each in versions if each["Key"] == "bees/a.webp"] == [version]
    assert world.s3.get_object(Bucket="images", Key="bees/a.webp")["Body"].read() == body


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (Code.EMPTY, b""),
        (Code.NOT_AN_IMAGE, b"%PDF-1.7"),
        (Code.HEIC_UNSUPPORTED, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        (Code.TOO_MANY_PIXELS, b"GIF89a\xff\xff\xff\xff\0\0\0"),
        (Code.DAMAGED, b"II*\0\x08\0\0\0"),
        (Code.DAMAGED, b"GIF89a\xa0\0\x78\0\0\0\0"),
    ],
)
def test_an_image_that_can_never_work_is_rejected_and_not_asked(world, code, body):
    result = answered(world, body)
    assert (result.status, result.error.code) == (Status.REJECTED, code)
    assert (world.model.calls, world.dead_letters()) == ([], [])


def test_an_image_that_is_too_small_is_rejected_with_its_size(world):
    result = answered(world, world.jpeg((63, 64)))
    assert (result.error.code, result.image.width, result.image.height) == (Code.TOO_SMALL, 63, 64)


def test_a_bad_image_is_rejected_also_while_the_model_is_off(world):
    world.model.says = lambda call: world.refusal("ResourceNotReadyException")
    assert answered(world, b"no image").status is Status.REJECTED


def test_archived_images_are_rejected(world):
    world.s3.put_object(Bucket="images", Key="bees/a.jpg", Body=world.jpeg(), StorageClass="GLACIER")
    assert world.invoke(world.event("bees/a.jpg")) == []
    assert world.result("bees/a.jpg").error.code is Code.ARCHIVED


@pytest.mark.parametrize(
    "code",
    ["InvalidImageFormatException", "ImageTooLargeException", "InvalidS3ObjectException", "InvalidParameterException"],
)
def test_an_object_that_the_model_does_not_take_is_made_to_fit_and_sent(world, code):
    world.model.says = lambda call: world.refusal(code) if "S3Object" in call["Image"] else None
    result = answered(world, world.jpeg())
    assert (result.status, result.transform.steps) == (Status.SUCCEEDED, ("encode",))
    assert len(world.model.calls) == 2


def test_the_shortest_time_that_a_function_may_have_is_enough_to_make_it_fit_after_a_refusal(world):
    world.model.says = lambda call: world.refusal("ImageTooLargeException") if "S3Object" in call["Image"] else None
    world.upload("bees/a.jpg", world.jpeg())
    assert world.invoke(world.event("bees/a.jpg"), seconds=30) == []
    assert world.result("bees/a.jpg").status is Status.SUCCEEDED


def test_a_picture_that_is_refused_in_every_form_is_rejected(world):
    world.model.says = lambda call: world.refusal("InvalidImageFormatException")
    assert answered(world, world.jpeg()).error.code is Code.REFUSED_BY_MODEL


def test_labels_below_their_threshold_are_kept_apart(world):
    world.model.labels = [
        {"Name": name, "Confidence": confidence} for name, confidence in [("bee", 70), ("bee", 69.9), ("fly", 50)]
    ]
    result = answered(world, world.jpeg())
    assert [(label.name, label.confidence) for label in result.labels] == [("bee", 70), ("fly", 50)]
    assert [(label.name, label.confidence) for label in result.below] == [("bee", 69.9)]
    assert result.models[0].thresholds == {"bee": 70}


def test_an_image_that_has_no_turn_to_be_decoded_waits_and_is_not_blamed(world):
    world.upload("bees/a.webp", world.encoded("WEBP"))
    event = world.event("bees/a.webp")
    with decoding._ONE_AT_A_TIME:
        assert world.invoke(event, seconds=6, ApproximateReceiveCount=5) == [event]
    assert (world.result("bees/a.webp"), world.dead_letters()) == (None, [])


@pytest.fixture
def hidden(world, monkeypatch):
    """From now on S3 refuses to show what lies at a key. To HEAD it says no more than the status."""

    def hide(key: str, code: str, status: int) -> None:
        ours = roots.tools().images._s3
        for call, said in (("get_object", code), ("head_object", str(status))):
            shown, error = getattr(ours, call), world.refusal(said, status)
            monkeypatch.setattr(ours, call, partial(_unless, key, error, shown), raising=False)

    return hide


def _unless(hidden, error, shown, **arguments):
    if arguments["Key"] == hidden:
        raise error
    return shown(**arguments)


def test_an_image_under_its_uploader_s_key_replaces_the_result_of_an_older_upload(world, hidden):
    answered(world, world.jpeg())
    version = world.upload("bees/a.jpg", world.jpeg())
    event = world.event("bees/a.jpg")
    hidden("bees/a.jpg", "InvalidRequest", 400)
    assert world.invoke(event) == []
    result = world.result("bees/a.jpg")
    assert (result.error.code, result.image.version_id) == (Code.CUSTOMER_KEY, version)
    assert world.dead_letters() == []


def test_an_image_that_may_not_be_read_replaces_the_result_of_an_older_upload(world, hidden):
    answered(world, world.jpeg())
    version = world.upload("bees/a.jpg", world.jpeg())
    event = world.event("bees/a.jpg")
    hidden("bees/a.jpg", "AccessDenied", 403)
    assert world.invoke(event, ApproximateReceiveCount=5) == []
    result = world.result("bees/a.jpg")
    assert (result.error.code, result.image.version_id) == (Code.ACCESS_DENIED, version)
    assert [letter["Cause"] for letter in world.dead_letters()] == ["OurFault"]


@pytest.mark.parametrize(("code", "status"), [("InvalidRequest", 400), ("InvalidObjectState", 403)])
def test_an_upload_that_cannot_be_read_says_nothing_of_the_one_before_it(world, hidden, code, status):
    world.upload("bees/a.jpg", world.jpeg())
    late = world.event("bees/a.jpg")
    world.upload("bees/a.jpg", world.jpeg())
    hidden("bees/a.jpg", code, status)
    assert world.invoke(late) == []
    assert world.result("bees/a.jpg") is None


def test_a_backfill_of_an_unreadable_image_replaces_the_result_of_an_older_upload(world, hidden):
    answered(world, world.jpeg())
    version = world.upload("bees/a.jpg", world.jpeg())
    hidden("bees/a.jpg", "InvalidRequest", 400)
    assert world.invoke(world.backfill("bees/a.jpg")) == []
    result = world.result("bees/a.jpg")
    assert (result.error.code, result.image.version_id) == (Code.CUSTOMER_KEY, version)


def test_an_unreadable_image_that_is_deleted_is_gone(world, hidden):
    world.upload("bees/a.jpg", world.jpeg())
    event = world.event("bees/a.jpg")
    hidden("bees/a.jpg", "InvalidRequest", 400)
    world.s3.delete_object(Bucket="images", Key="bees/a.jpg")
    assert world.invoke(event) == []
    assert world.result("bees/a.jpg") is None


def test_giving_up_on_a_backfill_that_was_never_seen_replaces_the_result_of_an_older_upload(world, monkeypatch):
    answered(world, world.jpeg())
    version = world.upload("bees/a.jpg", world.jpeg())
    ours, busy = roots.tools().images._s3, world.refusal("SlowDown", 503)
    monkeypatch.setattr(ours, "get_object", partial(_unless, "bees/a.jpg", busy, ours.get_object), raising=False)
    assert world.invoke(world.backfill("bees/a.jpg"), SentTimestamp=0) == []
    result = world.result("bees/a.jpg")
    assert (result.error.code, result.image.version_id) == (Code.WAITED_TOO_LONG, version)
    assert [letter["Cause"] for letter in world.dead_letters()] == ["TooFast"]


def test_there_is_nothing_to_give_up_where_a_backfilled_image_is_gone(world, monkeypatch):
    ours, busy = roots.tools().images._s3, world.refusal("SlowDown", 503)
    monkeypatch.setattr(ours, "get_object", partial(_unless, "bees/a.jpg", busy, ours.get_object), raising=False)
    assert world.invoke(world.backfill("bees/a.jpg"), SentTimestamp=0) == []
    assert (world.result("bees/a.jpg"), world.dead_letters()) == (None, [])
