"""A model of one's own behind a SageMaker endpoint: images in, JSON out. In order: the scenarios share a stack."""

import json
from pathlib import Path

import jsonschema
import pytest
from botocore.exceptions import ClientError

from tests.integration.stage import Stage, picture

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/results.schema.json").read_text())
KEYS = {
    "hosted/noon.jpg": (picture(True), "day"),
    "hosted/midnight.JPG": (picture(False, 3), "night"),
    "hosted/web.webp": (picture(True, 7, format="WEBP"), "day"),
    "hosted/half.jpg": (picture(True, 9)[:400], None),
}
ARN = "arn:aws:sagemaker:us-east-1:000000000000:endpoint/skies"


def _status(stage: Stage) -> str:
    try:
        return stage.cloud.client("sagemaker").describe_endpoint(EndpointName="skies")["EndpointStatus"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationException"
        return "none"


def test_there_is_no_endpoint_before_work_waits(stage: Stage) -> None:
    stage.set_release("hosted", "--threshold", "50")
    assert stage.tick()["hosted"]["statuses"] == {"hosted": "STOPPED"}
    assert _status(stage) == "none"


def test_it_is_created_because_work_waits_under_a_lease_that_deletes_it(stage: Stage) -> None:
    for key, (body, _) in KEYS.items():
        stage.upload(key, body)
    stage.tick_until(lambda routes: {"STARTING", "RUNNING"} & set(routes["hosted"]["statuses"].values()))
    assert _status(stage) in ("Creating", "InService")
    targets = [lease["Target"] for lease in stage.leases()]
    deletes = [each["Input"] for each in targets if each["Arn"].endswith(":sagemaker:deleteEndpoint")]
    assert list(map(json.loads, deletes)) == [{"EndpointName": "skies"}]
    stage.answers(*KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_upload_has_the_result_expected_of_it(stage: Stage, key: str) -> None:
    result, label = stage.result(key) or {}, KEYS[key][1]
    jsonschema.validate(result, SCHEMA)
    if label is None:
        assert result["Status"] == "REJECTED"
        return
    assert (result["Status"], result["CustomLabels"][0]["Name"]) == ("SUCCEEDED", label)
    (model,) = result["Models"]
    assert (model["Backend"], model["Arn"], model["DefaultThreshold"]) == ("sagemaker", ARN, 50)


def test_it_is_deleted_when_it_is_idle(stage: Stage) -> None:
    stage.tick_until(lambda routes: routes["hosted"]["statuses"] == {"hosted": "STOPPED"})
    assert _status(stage) == "none"
