"""Models to begin with: every route of a fresh local pipeline that has no release gets one of the drawn sample."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labelpipe.core.releases import VersionArn
from labelpipe.datasets.folder import split
from labelpipe.datasets.images import Split
from labelpipe.datasets.sample import draw_sample
from labelpipe.local.cloud import Cloud
from labelpipe.local.phases import Phases, Say
from labelpipe.local.training import Training, start_training, wait_for_training
from labelpipe.operations.pipeline import Pipeline
from labelpipe.operations.releases import Releases, release_versions
from labelpipe.operations.versions import UNUSABLE
from labelpipe.settings import Settings


def release_first_models(cloud: Cloud, pipeline: Pipeline, settings: Settings, folder: Path, phases: Phases) -> None:
    """Train what the routes without a release need, and release it.

    Routes with one are left alone, and so are those with an endpoint: what it is created from is yours to make.
    """
    s3, ssm = cloud.client("s3"), cloud.client("ssm")
    trained = [route for route in pipeline.routes if all(m.project for m in settings.routes[route.name].models)]
    bare = [each for each in (Releases(pipeline, route, s3, ssm) for route in trained) if each.current() is None]
    if not bare:
        return
    with phases.phase("Draw bees and train on them") as say:
        sample = draw_sample(folder / "images")
        projects = {model.project for each in bare for model in settings.routes[each.route.name].models}
        versions = _ensure_versions(cloud, sorted(projects), split(sample.train), folder, say)
    with phases.phase("Release the models") as say:
        for releases in bare:
            models = settings.routes[releases.route.name].models
            arns = [VersionArn.parse(versions[model.project]) for model in models]
            release_versions(releases, models, arns, cloud.client("rekognition"))
        say(", ".join(each.route.name for each in bare))


def _ensure_versions(cloud: Cloud, projects: Sequence[str], images: Split, folder: Path, say: Say) -> dict[str, str]:
    """ARN of a trained version for each project, trained now where there is none."""
    return {project: _version(cloud, project) or _train(cloud, project, images, folder, say) for project in projects}


def _train(cloud: Cloud, project: str, images: Split, folder: Path, say: Say) -> str:
    training = _unfinished(cloud, project) or start_training(
        cloud, bucket="labelpipe-local-training", project=project, version="v1", images=images, folder=folder
    )
    wait_for_training(cloud, training, say)
    return training.version_arn


def _version(cloud: Cloud, project: str) -> str | None:
    """The newest version of the project that can be started."""
    usable = (each for each in _versions(cloud, project) if each["Status"] not in UNUSABLE)
    return next((each["ProjectVersionArn"] for each in usable), None)


def _unfinished(cloud: Cloud, project: str) -> Training | None:
    """What an interrupted `local up` left behind: the stand-in goes on with it."""
    busy = (each for each in _versions(cloud, project) if each["Status"] == "TRAINING_IN_PROGRESS")
    return next((Training(each["ProjectArn"], each["ProjectVersionArn"]) for each in busy), None)


def _versions(cloud: Cloud, project: str) -> list[dict[str, Any]]:
    """Newest first, each with its ProjectArn."""
    rekognition, found = cloud.client("rekognition"), list[dict[str, Any]]()
    for each in rekognition.describe_projects(ProjectNames=[project])["ProjectDescriptions"]:
        arn = each["ProjectArn"]
        versions = rekognition.describe_project_versions(ProjectArn=arn)["ProjectVersionDescriptions"]
        found += [version | {"ProjectArn": arn} for version in versions]
    return found
