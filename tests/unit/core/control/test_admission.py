"""Which releases a route may use."""

from dataclasses import replace

import pytest

from labelpipe.core.control.admission import no_release, refusal
from labelpipe.core.releases import Release, ReleasedModel
from labelpipe.core.wiring import ModelWiring, RouteWiring

WIRING = RouteWiring("bees", "q", "m", "p", 864000, 5, (ModelWiring("bees", "rekognition", "bees"),), {})
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/v3/1"
MODEL = ReleasedModel("bees", "rekognition", "project-arn", ARN)


def _release(*models: ReleasedModel) -> Release:
    return Release("bees-7", "bees", models, "ana", "2026-11-20T12:00:00Z")


def test_a_release_of_the_projects_of_the_settings_is_used() -> None:
    assert refusal(_release(MODEL), WIRING) is None


@pytest.mark.parametrize(
    ("models", "says"),
    [
        (
            (replace(MODEL, version_arn=ARN.replace("project/bees", "project/wasps")),),
            "of project wasps; model bees is",
        ),
        ((replace(MODEL, version_arn="arn:nonsense"),), "'arn:nonsense' is no ARN of a project version"),
        ((replace(MODEL, backend="sagemaker"),), "asks model bees of sagemaker"),
        ((replace(MODEL, name="wasps"),), "differ in models: bees, wasps"),
        ((MODEL, replace(MODEL, name="wasps")), "differ in models: wasps"),
        ((), "differ in models: bees"),
    ],
)
def test_any_other_is_refused_with_the_reason(models: tuple[ReleasedModel, ...], says: str) -> None:
    reason = refusal(_release(*models), WIRING)
    assert reason
    assert says in reason
    assert "bees-7" in reason


def test_before_the_first_release_the_next_step_is_named() -> None:
    assert "labelpipe release set bees" in no_release(WIRING)


HOSTED = replace(WIRING, models=(ModelWiring("bees", "sagemaker", endpoint="bees", endpoint_config="bees-v3"),))
ENDPOINT = ReleasedModel(
    "bees",
    "sagemaker",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/bees-v3",
    "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bees",
)


def test_a_release_of_the_endpoints_of_the_settings_is_used() -> None:
    assert refusal(_release(ENDPOINT), HOSTED) is None


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (replace(ENDPOINT, version_arn=f"{ENDPOINT.version_arn}2"), "names endpoint bees2 from bees-v3"),
        (replace(ENDPOINT, project_arn=f"{ENDPOINT.project_arn}1"), "names endpoint bees from bees-v31"),
        (MODEL, "asks model bees of rekognition"),
    ],
)
def test_another_endpoint_or_configuration_is_refused_with_the_reason(model: ReleasedModel, says: str) -> None:
    assert says in (refusal(_release(model), HOSTED) or "")


def test_a_route_of_endpoints_alone_is_released_without_an_arn() -> None:
    assert "`labelpipe release set bees`" in no_release(HOSTED)
