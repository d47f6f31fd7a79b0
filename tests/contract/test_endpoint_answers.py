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
    """Their order among equals, and the last digits, are each form's own."""
    same = sorted(same, key=lambda each: -each[1])
    assert [each.name for each in found] == [name for name, _, _ in same]
    assert [each.confidence for each in found] == pytest.approx([confidence for _, confidence, _ in same], abs=0.01)
    if boxes:
        corners = [(box.left, box.top, box.width, box.height) for box in (each.geometry.box for each in found)]
        wanted = [(g.box.left, g.box.top, g.box.width, g.box.height) for _, _, g in same]
        for one, other in zip(corners, wanted, strict=True):
            assert one == pytest.approx(other, abs=0.001)
