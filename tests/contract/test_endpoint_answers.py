"""Our adapters and the stand-in's endpoints: they come and go as a route's model does, and answer in every form."""

from collections.abc import Iterator

import pytest

from labelpipe.aws.clients import Clients
from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.endpoints import Endpoints
from labelpipe.aws.hosting import Hosting
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.statuses import Status
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.forms import FORMS
from labelpipe.core.releases import ReleasedModel
from labelpipe.core.results import read_geometry

PLACE = "arn:aws:sagemaker:us-east-1:000000000000"
ARN, CONFIG = f"{PLACE}:endpoint/shapes", f"{PLACE}:endpoint-config/shapes"
LABELS = ("disc", "square")


@pytest.fixture(autouse=True)
def _reached(target, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the local functions are told where the services are."""
    for service in ("REKOGNITION", "SAGEMAKER", "SAGEMAKER_RUNTIME"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", target.server.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(params=FORMS)
def model(request: pytest.FixtureRequest, _reached: None, detector: str) -> Iterator[ReleasedModel]:
    """One that a configuration is there for, but no endpoint yet."""
    sagemaker = ControlClients()._client("sagemaker", attempts=1, read_timeout=10)
    says = {"LABELPIPE_VERSION_ARN": detector, "LABELPIPE_ANSWER": request.param}
    role = "arn:aws:iam::000000000000:role/sagemaker"
    sagemaker.create_model(ModelName="shapes", PrimaryContainer={"Environment": says}, ExecutionRoleArn=role)
    variant = {"VariantName": "all", "ModelName": "shapes", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName="shapes", ProductionVariants=[variant])
    yield ReleasedModel("shapes", "sagemaker", CONFIG, ARN, answer=request.param, labels=LABELS)
    sagemaker.delete_endpoint_config(EndpointConfigName="shapes")
    sagemaker.delete_model(ModelName="shapes")


def test_an_endpoint_comes_and_goes_and_answers_as_rekognition_does(
    target, model: ReleasedModel, picture, running: str
) -> None:
    hosting, runtime = Hosting(ControlClients().sagemaker(), "bucket"), Endpoints(Clients().endpoints())
    assert hosting.describe(ARN, CONFIG).status is Status.STOPPED
    assert hosting.start(ARN, CONFIG) is Outcome.DONE
    assert hosting.describe(ARN, CONFIG).status is Status.STARTING
    assert (hosting.start(ARN, CONFIG), hosting.stop(ARN)) == (Outcome.BUSY, Outcome.BUSY)
    with pytest.raises(Failure) as failure:
        runtime.detect(model, picture(50).content, 5)
    assert failure.value.cause is Cause.MODEL_OFF

    target.clock.now += 600
    assert hosting.describe(ARN, CONFIG).status is Status.RUNNING
    assert hosting.describe(ARN, f"{CONFIG}-2").status is Status.OUTDATED
    found = runtime.detect(model, picture(50).content, 5).found
    image = {"Bytes": picture(50).content}
    asked = target.client.detect_custom_labels(ProjectVersionArn=running, Image=image, MinConfidence=5)
    same = [(each["Name"], each["Confidence"], read_geometry(each["Geometry"])) for each in asked["CustomLabels"]]
    if model.answer == "probabilities":
        same = [max((each for each in same if each[0] == label), key=lambda each: each[1]) for label in LABELS]
    _agree(found, same, boxes=model.answer != "probabilities")

    assert hosting.stop(ARN) is Outcome.DONE
    assert hosting.describe(ARN, CONFIG).status is Status.STOPPING
    target.clock.now += 180
    assert hosting.describe(ARN, CONFIG).status is Status.STOPPED


def _agree(found, same, *, boxes: bool) -> None:
    """Their order among those as sure to the last digits, and the last digits, are each form's own."""
    told = [each.confidence for each in found]
    assert told == sorted(told, reverse=True)
    ours = sorted((each.name, each.confidence, _corners(each.geometry) if boxes else ()) for each in found)
    theirs = sorted((name, confidence, _corners(where) if boxes else ()) for name, confidence, where in same)
    assert [name for name, *_ in ours] == [name for name, *_ in theirs]
    for (_, confidence, box), (_, wanted, place) in zip(ours, theirs, strict=True):
        assert confidence == pytest.approx(wanted, abs=0.01)
        assert box == pytest.approx(place, abs=0.001)


def _corners(geometry) -> tuple[float, ...]:
    return geometry.box.left, geometry.box.top, geometry.box.width, geometry.box.height
