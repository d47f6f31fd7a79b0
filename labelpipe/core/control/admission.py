"""Whether a route may use the release that its pointer names."""

from labelpipe.core.releases import Release, VersionArn
from labelpipe.core.wiring import RouteWiring


def no_release(wiring: RouteWiring) -> str:
    """Why nothing runs before the first release, for people."""
    return f"no release yet: `labelpipe release set {wiring.name} VERSION-ARN` gives it one; work waits"


def refusal(release: Release, wiring: RouteWiring) -> str | None:
    """Why it may not, for people: roles reach the projects that settings name, and nothing else."""
    wired = {model.name: model for model in wiring.models}
    if unpaired := {model.name for model in release.models} ^ set(wired):
        return f"release {release.id} and the route's settings differ in models: {', '.join(sorted(unpaired))}"
    for model in release.models:
        if model.backend != wired[model.name].backend or model.backend != "rekognition":
            return f"release {release.id} asks model {model.name} of {model.backend}, which this route does not use"
        try:
            project = VersionArn.parse(model.version_arn).project
        except ValueError as error:
            return f"release {release.id}: {error}"
        if project != wired[model.name].project:
            allowed = wired[model.name].project
            return f"release {release.id} names a version of project {project}; model {model.name} is of {allowed}"
    return None
