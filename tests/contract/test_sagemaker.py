"""Endpoints of SageMaker as ordinary clients see them, from the model's creation to the endpoint's end."""

import http.client
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError
from botocore.model import OperationModel

from labelpipe.standin.server import ThreadedStandin
from tests.contract.model import REQUESTS, faults

COMMON = {"ValidationException", "ThrottlingException", "InternalFailure"}  # of every operation, in no model
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1})
AT_ONCE = {"Delay": 0, "MaxAttempts": 10}
ROLE = "arn:aws:iam::000000000000:role/sagemaker"


def check_reply(http_response: Any, model: OperationModel, **_: Any) -> None:
    """Fail when a reply of the control plane is not of the operation's model, or an error not one that it has."""
    assert http_response.headers["x-amzn-RequestId"]
    assert http_response.headers["Content-Type"] == "application/x-amz-json-1.1"
    body = json.loads(http_response.content or b"{}")
    if http_response.status_code == 200:
        assert bool(http_response.content) is (model.output_shape is not None)
        assert not list(faults(model.output_shape, body, model.name))
    else:
        assert body["__type"] in {shape.name for shape in model.error_shapes} | COMMON
        assert body["message"]


def check_failure(http_response: Any, model: OperationModel, **_: Any) -> None:
    """Fail when an error of the runtime is not one of the model's, or throttling."""
    assert http_response.headers["x-amzn-RequestId"]
    if http_response.status_code != 200:
        shapes = {shape.name: shape for shape in model.error_shapes}
        code = http_response.headers["x-amzn-ErrorType"]
        assert code in {*shapes, "ThrottlingException"}
        if code in shapes:
            assert http_response.status_code == shapes[code].metadata["error"]["httpStatusCode"]
            assert not list(faults(shapes[code], json.loads(http_response.content), code))


@dataclass
class Clients:
    control: Any
    runtime: Any

    def invoke(self, name: str, body: bytes, content_type: str = "application/x-image") -> Any:
        answer = self.runtime.invoke_endpoint(EndpointName=name, ContentType=content_type, Body=body)
        assert answer["ContentType"] == "application/json"
        assert answer["InvokedProductionVariant"] == "AllTraffic"
        return json.loads(answer["Body"].read())


def clients(url: str) -> Clients:
    made = [
        boto3.client(name, endpoint_url=url, region_name="us-east-1", config=CONFIG)
        for name in ("sagemaker", "sagemaker-runtime")
    ]
    made[0].meta.events.register("before-call.sagemaker", REQUESTS.check)
    made[0].meta.events.register("after-call.sagemaker", check_reply)
    made[1].meta.events.register("after-call.sagemaker-runtime", check_failure)
    return Clients(*made)


@pytest.fixture(scope="module")
def sagemaker(target) -> Clients:
    """The clients; every time that an endpoint is described, five minutes have passed."""
    made = clients(target.server.url)

    def turn(**_: Any) -> None:
        target.clock.now += 300

    made.control.meta.events.register("before-call.sagemaker.DescribeEndpoint", turn)
    return made


def configured(sagemaker: Clients, name: str, **environment: str) -> None:
    """A model and a configuration of that name."""
    container = {"Image": "ours:1", "ModelDataUrl": "s3://b/model.tar.gz", "Environment": environment}
    sagemaker.control.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=ROLE)
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.control.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])


@pytest.fixture
def serve(target, sagemaker: Clients, detector: str) -> Iterator[Callable[..., str]]:
    """Bring an endpoint into service; its name."""
    names: list[str] = []

    def one(form: str | None = None, arn: str = detector) -> str:
        name = f"e{len(names)}-{form or 'plain'}"
        configured(sagemaker, name, LABELPIPE_VERSION_ARN=arn, **({"LABELPIPE_ANSWER": form} if form else {}))
        names.append(name)
        sagemaker.control.create_endpoint(EndpointName=name, EndpointConfigName=name)
        sagemaker.control.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig=AT_ONCE)
        return name

    yield one
    for name in names:
        sagemaker.control.delete_endpoint(EndpointName=name)
        sagemaker.control.delete_endpoint_config(EndpointConfigName=name)
        sagemaker.control.delete_model(ModelName=name)
        sagemaker.control.get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig=AT_ONCE)


@pytest.fixture
def control(target) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Let things go wrong; afterwards nothing does any more."""

    def put(value: dict[str, Any]) -> None:
        connection = http.client.HTTPConnection(urlsplit(target.server.url).netloc, timeout=10)
        connection.request("PUT", "/_standin/faults", json.dumps(value))
        assert connection.getresponse().read()
        connection.close()

    yield put
    put({})


def refused(call: Callable[..., Any], **request: Any) -> tuple[str, str]:
    """The error's code and message."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def boxes_of(picture: Any) -> dict[str, tuple[float, ...]]:
    """Left, top, right and bottom of what was drawn, as ratios, by label."""
    return {
        label: (left / 160, top / 120, (left + width) / 160, (top + height) / 120)
        for label, left, top, width, height in picture.boxes
    }


def test_an_endpoint_lives_from_creating_to_deleted(sagemaker: Clients, target, detector: str, picture) -> None:
    control = sagemaker.control
    configured(sagemaker, "Life", LABELPIPE_VERSION_ARN=detector)
    described = control.describe_model(ModelName="Life")
    assert described["PrimaryContainer"]["Environment"] == {"LABELPIPE_VERSION_ARN": detector}
    assert described["ModelArn"] == "arn:aws:sagemaker:us-east-1:000000000000:model/life"
    (variant,) = control.describe_endpoint_config(EndpointConfigName="Life")["ProductionVariants"]
    assert (variant["ModelName"], variant["InitialInstanceCount"]) == ("Life", 1)

    arn = control.create_endpoint(EndpointName="Life", EndpointConfigName="Life")["EndpointArn"]
    assert arn == "arn:aws:sagemaker:us-east-1:000000000000:endpoint/life"
    missing = ("ValidationError", "Endpoint Life of account 000000000000 not found.")
    assert control.describe_endpoint(EndpointName="Life")["EndpointStatus"] == "Creating"
    assert refused(sagemaker.invoke, name="Life", body=picture(50).content) == missing
    in_progress = ("ValidationException", f'Cannot update in-progress endpoint "{arn}".')
    assert refused(control.delete_endpoint, EndpointName="Life") == in_progress

    control.get_waiter("endpoint_in_service").wait(EndpointName="Life", WaiterConfig=AT_ONCE)
    described = control.describe_endpoint(EndpointName="Life")
    assert (described["EndpointConfigName"], described["ProductionVariants"][0]["CurrentInstanceCount"]) == ("Life", 1)
    assert {label["Name"] for label in sagemaker.invoke("Life", picture(50).content)["CustomLabels"]}

    control.delete_endpoint(EndpointName="Life")
    (summary,) = control.list_endpoints(NameContains="life")["Endpoints"]
    assert summary["EndpointStatus"] == "Deleting"
    assert refused(sagemaker.invoke, name="Life", body=picture(50).content) == missing
    control.delete_endpoint_config(EndpointConfigName="Life")
    control.delete_model(ModelName="Life")
    control.get_waiter("endpoint_deleted").wait(EndpointName="Life", WaiterConfig=AT_ONCE)
    gone = ("ValidationException", f'Could not find endpoint "{arn}".')
    assert refused(control.describe_endpoint, EndpointName="Life") == gone
    assert refused(control.delete_endpoint, EndpointName="Life") == gone


@pytest.mark.parametrize("content_type", ["application/x-image", "image/jpeg", "image/png"])
def test_our_own_form_is_that_of_detect_custom_labels(
    sagemaker: Clients, serve, asked, running: str, picture, content_type: str
) -> None:
    found = sagemaker.invoke(serve("labelpipe"), picture(50).content, content_type)
    image = {"Bytes": picture(50).content}
    same = asked.detect_custom_labels(ProjectVersionArn=running, Image=image, MinConfidence=0)
    assert found == {"CustomLabels": same["CustomLabels"]}


def test_the_form_is_ours_unless_another_is_named(sagemaker: Clients, serve, picture) -> None:
    assert set(sagemaker.invoke(serve(), picture(50).content)) == {"CustomLabels"}


def test_the_form_of_tensorflow(sagemaker: Clients, serve, picture) -> None:
    (found,) = sagemaker.invoke(serve("tensorflow"), picture(50).content)["predictions"]
    assert found["num_detections"] == len(found["detection_boxes"]) == len(found["detection_scores"])
    assert found["detection_scores"] == sorted(found["detection_scores"], reverse=True)
    assert set(found["detection_classes"]) <= {1.0, 2.0}
    for number, label in ((1.0, "disc"), (2.0, "square")):
        top, left, bottom, right = found["detection_boxes"][found["detection_classes"].index(number)]
        assert (left, top, right, bottom) == pytest.approx(boxes_of(picture(50))[label], abs=0.08)


def test_the_form_of_sagemaker_s_own_object_detection(sagemaker: Clients, serve, picture) -> None:
    rows = sagemaker.invoke(serve("sagemaker-object-detection"), picture(50).content)["prediction"]
    for number, label in ((0, "disc"), (1, "square")):
        _, confidence, *corners = next(row for row in rows if row[0] == number)
        assert 0.1 < confidence <= 1
        assert corners == pytest.approx(boxes_of(picture(50))[label], abs=0.08)


def test_the_form_of_probabilities(sagemaker: Clients, serve, s3, classifier: str) -> None:
    name = serve("probabilities", classifier)
    for number, surest in ((0, 1), (1, 0)):  # the labels are bright and dark, in this order
        answer = sagemaker.invoke(name, s3.get("images", f"light/{number}.png"), "image/png")
        assert len(answer) == 2
        assert sum(answer) == pytest.approx(1, abs=1e-3)
        assert answer.index(max(answer)) == surest


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"no image", "application/x-image", 400),
        (b"GIF89a", "image/png", 400),
        (b"{}", "application/json", 415),
        (bytes(6 * 1024**2 + 1), "image/jpeg", 413),
    ],
)
def test_what_the_container_refuses_is_a_model_error_with_its_status(
    sagemaker: Clients, serve, body: bytes, content_type: str, status: int
) -> None:
    with pytest.raises(sagemaker.runtime.exceptions.ModelError) as caught:
        sagemaker.invoke(serve(), body, content_type)
    assert caught.value.response["OriginalStatusCode"] == status
    assert caught.value.response["Error"]["Message"].startswith(f"Received client error ({status}) from primary")


def test_a_model_without_boxes_cannot_tell_any(sagemaker: Clients, serve, s3, classifier: str) -> None:
    with pytest.raises(sagemaker.runtime.exceptions.ModelError) as caught:
        sagemaker.invoke(serve("tensorflow", classifier), s3.get("images", "light/0.png"))
    assert caught.value.response["OriginalStatusCode"] == 500


@pytest.mark.parametrize(
    "environment",
    [{}, {"LABELPIPE_VERSION_ARN": "absent"}, {"LABELPIPE_VERSION_ARN": "trained", "LABELPIPE_ANSWER": "xml"}],
)
def test_an_endpoint_whose_container_cannot_start_fails(
    sagemaker: Clients, detector: str, environment: dict[str, str]
) -> None:
    control = sagemaker.control
    configured(sagemaker, "hopeless", **{k: detector if v == "trained" else v for k, v in environment.items()})
    control.create_endpoint(EndpointName="hopeless", EndpointConfigName="hopeless")
    with pytest.raises(WaiterError, match="Failed"):
        control.get_waiter("endpoint_in_service").wait(EndpointName="hopeless", WaiterConfig=AT_ONCE)
    assert "ping health check" in control.describe_endpoint(EndpointName="hopeless")["FailureReason"]
    _remove(sagemaker, "hopeless")


def _remove(sagemaker: Clients, name: str) -> None:
    sagemaker.control.delete_endpoint(EndpointName=name)
    sagemaker.control.delete_endpoint_config(EndpointConfigName=name)
    sagemaker.control.delete_model(ModelName=name)
    sagemaker.control.get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig=AT_ONCE)


def test_what_is_missing_or_taken_is_named_by_its_arn(sagemaker: Clients, serve) -> None:
    control, name = sagemaker.control, serve()
    start, gone, taken = "arn:aws:sagemaker:us-east-1:000000000000", "Could not find", "Cannot create already existing"
    variant = {"VariantName": "v", "ModelName": "absent", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    for call, request, said in [
        (control.describe_model, {"ModelName": "absent"}, f'{gone} model "{start}:model/absent".'),
        (control.delete_model, {"ModelName": "absent"}, f'{gone} model "{start}:model/absent".'),
        (
            control.create_endpoint_config,
            {"EndpointConfigName": "c", "ProductionVariants": [variant]},
            f'{gone} model "{start}:model/absent".',
        ),
        (
            control.create_endpoint,
            {"EndpointName": "e", "EndpointConfigName": "absent"},
            f'{gone} endpoint configuration "{start}:endpoint-config/absent".',
        ),
        (
            control.create_endpoint,
            {"EndpointName": name, "EndpointConfigName": name},
            f'{taken} endpoint "{start}:endpoint/{name}".',
        ),
        (
            control.create_model,
            {"ModelName": name, "PrimaryContainer": {}},
            f'{taken} model "{start}:model/{name}".',
        ),
        (
            control.create_endpoint_config,
            {"EndpointConfigName": name, "ProductionVariants": [variant]},
            f'{taken} endpoint configuration "{start}:endpoint-config/{name}".',
        ),
    ]:
        assert refused(call, **request) == ("ValidationException", said)


@pytest.mark.usefixtures("invalid_requests")
def test_a_request_out_of_shape_is_a_validation_error(sagemaker: Clients) -> None:
    code, message = refused(sagemaker.control.describe_endpoint, EndpointName="a_b")
    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: EndpointName does not match")
    code, message = refused(sagemaker.control.list_endpoints, NextToken="?")
    assert (code, message) == ("ValidationException", "Invalid NextToken")


def test_endpoints_are_listed_in_pages_by_name_status_and_time(sagemaker: Clients, target, serve) -> None:
    control = sagemaker.control
    first = serve()
    between = target.clock.now
    target.clock.now += 1
    second = serve("tensorflow")

    def names(**request: Any) -> list[str]:
        pages = control.get_paginator("list_endpoints").paginate(PaginationConfig={"PageSize": 1}, **request)
        return [endpoint["EndpointName"] for page in pages for endpoint in page["Endpoints"]]

    assert names() == [second, first]
    assert names(SortBy="Name", SortOrder="Ascending") == [first, second]
    assert names(NameContains="tensor") == [second]
    assert names(StatusEquals="InService") == [second, first]
    assert names(StatusEquals="Failed") == []
    assert names(CreationTimeAfter=between + 0.5) == [second]
    assert names(LastModifiedTimeBefore=between + 0.5) == [first]


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("throttling", "ThrottlingException", 400),
        ("internal_error", "InternalFailure", 500),
        ("service_unavailable", "ServiceUnavailable", 503),
        ("model_error", "ModelError", 424),
        ("model_not_ready", "ModelNotReadyException", 429),
        ("dependency_error", "InternalDependencyException", 530),
    ],
)
def test_faults_of_the_runtime_come_as_it_sends_them(
    sagemaker: Clients, serve, control, picture, kind: str, code: str, status: int
) -> None:
    name = serve()
    control({"rates": {"InvokeEndpoint": {kind: 1}}})
    with pytest.raises(ClientError) as caught:
        sagemaker.invoke(name, picture(50).content)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("kind", "code"), [("throttling", "ThrottlingException"), ("internal_error", "InternalFailure")]
)
def test_faults_of_the_control_plane_come_as_it_sends_them(sagemaker: Clients, control, kind: str, code: str) -> None:
    control({"rates": {"ListEndpoints": {kind: 1}}})
    assert refused(sagemaker.control.list_endpoints)[0] == code


def test_a_fixed_answer_is_told_in_every_form(sagemaker: Clients, serve, control, picture) -> None:
    names = [serve(form) for form in ("labelpipe", "tensorflow", "sagemaker-object-detection", "probabilities")]
    box = {"Width": 0.25, "Height": 0.5, "Left": 0.25, "Top": 0.125}
    label = {"Name": "bee", "Confidence": 50.0, "Geometry": {"BoundingBox": box}}
    control({"fixed_answer": [label]})
    assert [sagemaker.invoke(name, picture(50).content) for name in names] == [
        {"CustomLabels": [label]},
        {
            "predictions": [
                {
                    "detection_boxes": [[0.125, 0.25, 0.625, 0.5]],
                    "detection_scores": [0.5],
                    "detection_classes": [1.0],
                    "num_detections": 1.0,
                }
            ]
        },
        {"prediction": [[0.0, 0.5, 0.25, 0.125, 0.5, 0.625]]},
        [0.5],
    ]


def test_a_creation_and_a_deletion_fail_after_they_were_accepted(
    sagemaker: Clients, control, detector: str, picture
) -> None:
    asked = sagemaker.control
    configured(sagemaker, "unlucky", LABELPIPE_VERSION_ARN=detector)
    control({"rates": {name: {"failed": 1} for name in ("CreateEndpoint", "DeleteEndpoint")}})
    asked.create_endpoint(EndpointName="unlucky", EndpointConfigName="unlucky")
    with pytest.raises(WaiterError, match="Failed"):
        asked.get_waiter("endpoint_in_service").wait(EndpointName="unlucky", WaiterConfig=AT_ONCE)
    asked.delete_endpoint(EndpointName="unlucky")
    asked.get_waiter("endpoint_in_service").wait(EndpointName="unlucky", WaiterConfig=AT_ONCE)
    control({})
    _remove(sagemaker, "unlucky")


def test_an_endpoint_answers_after_a_restart(sagemaker: Clients, target, s3, serve, picture, tmp_path: Path) -> None:
    name = serve("sagemaker-object-detection")
    before = sagemaker.invoke(name, picture(50).content)
    copied = shutil.copytree(target.server.service.store.folder, tmp_path / "state")
    with ThreadedStandin(copied, s3_endpoint_url=s3.url, clock=target.clock) as again:
        other = clients(again.url)
        assert other.invoke(name, picture(50).content) == before
        assert other.control.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
        assert other.control.describe_model(ModelName=name)["ExecutionRoleArn"] == ROLE


def test_another_region_has_endpoints_of_its_own(sagemaker: Clients, target, serve) -> None:
    name = serve()
    elsewhere = boto3.client("sagemaker", endpoint_url=target.server.url, region_name="eu-west-1", config=CONFIG)
    assert elsewhere.list_endpoints()["Endpoints"] == []
    assert "eu-west-1" in refused(elsewhere.describe_endpoint, EndpointName=name)[1]
