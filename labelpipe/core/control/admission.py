"""Whether a route may use the release that its pointer names."""

from labelpipe.core.releases import SAGEMAKER, Release, ReleasedModel, VersionArn, endpoint_name
from labelpipe.core.wiring import ModelWiring, RouteWiring


def no_release(wiring: RouteWiring) -> str:
    """Why nothing runs before the first release, for people."""
    arn = " VERSION-ARN" if any(model.project for model in wiring.models) else ""
    return f"no release yet: `labelpipe release set {wiring.name}{arn}` gives it one; work waits"


def refusal(release: Release, wiring: RouteWiring) -> str | None:
    """Why it may not, for people: roles reach the projects and endpoints that settings name, and nothing else."""
    wired = {model.name: model for model in wiring.models}
    if unpaired := {model.name for model in release.models} ^ set(wired):
        return f"release {release.id} and the route's settings differ in models: {', '.join(sorted(unpaired))}"
    for model in release.models:
        if model.backend != wired[model.name].backend:
            return f"release {release.id} asks model {model.name} of {model.backend}, which this route does not use"
        check = _endpoint if model.backend == SAGEMAKER else _version
        if reason := check(model, wired[model.name]):
            return f"release {release.id}{reason}"
    return None


def _version(model: ReleasedModel, wired: ModelWiring) -> str | None:
    try:
        project = VersionArn.parse(model.version_arn).project
    except ValueError as error:
        return f": {error}"
    if project != wired.project:
        return f" names a version of project {project}; model {model.name} is of {wired.project}"
    return None


def _endpoint(model: ReleasedModel, wired: ModelWiring) -> str | None:
    named = (endpoint_name(model.version_arn), model.project_arn.rpartition("/")[2])
    if named != (wired.endpoint, wired.endpoint_config):
        return (
            f" names endpoint {named[0]} from {named[1]}; the settings of model {model.name} say {wired.endpoint} from "
            f"{wired.endpoint_config}: `labelpipe release set` takes them over"
        )
    return None
