"""Uploads of every kind end in one JSON beside them; the scenarios are in order, since they share a stack."""

import json

import pytest

from tests.integration.stage import Stage, picture

KEYS = {
    "suns/plain.jpg": (picture(True), "SUCCEEDED"),
    "suns/summer 2026/a b+1.JPG": (picture(True, 3), "SUCCEEDED"),
    "suns/100%25/naïve-Ω 蜂.Jpeg": (picture(True, 5), "SUCCEEDED"),
    "suns/web.webp": (picture(True, 7, format="WEBP"), "SUCCEEDED"),
    "suns/notes.jpg": (b"not an image at all", "REJECTED"),
    "suns/half.jpg": (picture(True, 9)[:400], "REJECTED"),
    "skies/night/stars.jpg": (picture(False, 2), "SUCCEEDED"),
}


def test_images_wait_while_their_route_has_no_release(stage: Stage) -> None:
    for key, (body, _) in KEYS.items():
        stage.upload(key, body)
    report = stage.tick_until(lambda routes: routes["suns"]["waiting"] >= 6 and routes)
    assert "no release" in report["suns"]["reason"]
    assert stage.depth("night-skies") >= 1
    assert not any(stage.result(key) for key in KEYS)


def test_setting_a_release_makes_them_move_with_no_redeploy(stage: Stage) -> None:
    stage.release()
    stage.answers(*KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_upload_has_the_result_expected_of_it(stage: Stage, key: str) -> None:
    result = stage.result(key)
    assert result["Status"] == KEYS[key][1]
    assert result["Image"]["Key"] == key


def test_labels_are_those_that_the_model_learnt(stage: Stage) -> None:
    top = {key: stage.result(key)["CustomLabels"][0]["Name"] for key in ("suns/plain.jpg", "skies/night/stars.jpg")}
    assert top == {"suns/plain.jpg": "day", "skies/night/stars.jpg": "night"}


def test_results_are_encrypted_with_the_buckets_key(stage: Stage) -> None:
    head = stage.s3.head_object(Bucket=stage.pipeline.bucket, Key="suns/plain.jpg.json")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", stage.pipeline.key_arn)


def test_an_overwritten_image_gets_the_result_of_its_newest_version(stage: Stage) -> None:
    stage.upload("suns/plain.jpg", picture(False, 4))
    current = stage.s3.head_object(Bucket=stage.pipeline.bucket, Key="suns/plain.jpg")["VersionId"]
    stage.tick_until(lambda _: stage.result("suns/plain.jpg")["Image"]["VersionId"] == current)
    assert stage.result("suns/plain.jpg")["CustomLabels"][0]["Name"] == "night"


def test_the_users_images_are_never_touched(stage: Stage) -> None:
    for key, (body, _) in KEYS.items():
        if key != "suns/plain.jpg":
            assert stage.s3.get_object(Bucket=stage.pipeline.bucket, Key=key)["Body"].read() == body


def test_an_idle_model_is_stopped(stage: Stage) -> None:
    stage.tick_until(lambda routes: {s for route in routes.values() for s in route["statuses"].values()} == {"STOPPED"})


def test_a_running_model_has_a_lease_that_stops_it(stage: Stage) -> None:
    stage.upload("suns/later.jpg", picture(True, 11))
    stage.tick_until(lambda routes: {"STARTING", "RUNNING"} & set(routes["suns"]["statuses"].values()))
    stops = [
        lease["Target"]
        for lease in stage.leases()
        if lease["Target"]["Arn"].endswith(":rekognition:stopProjectVersion")
    ]
    assert [json.loads(stop["Input"]) for stop in stops] == [{"ProjectVersionArn": stage.version_arn}]
    stage.answers("suns/later.jpg")
