"""Models to begin with: every route of a fresh local pipeline that has no release gets one of the drawn sample."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labelpipe.core.releases import VersionArn
from labelpipe.datasets.folder import split
from labelpipe.datasets.images import Split
from labelpipe.datasets.sample import draw_sample
from labelpipe.local.cloud import Cloud
from labelpipe.local.phases import Phases
from labelpipe.local.training import start_training, wait_for_training
from labelpipe.operations.pipeline import Pipeline
from labelpipe.operations.releases import Releases, assemble
from labelpipe.operations.versions import UNUSABLE, find_version
from labelpipe.settings import Settings


def release_first_models(cloud: Cloud, pipeline: Pipeline, settings: Settings, folder: Path, phases: Phases) -> None:
    """Train what the routes without a release need, and release it. Routes with one are left alone."""
    s3, ssm = cloud.client("s3"), cloud.client("ssm")
    bare = [
        each for each in (Releases(pipeline, route, s3, ssm) for route in pipeline.routes) if each.current() is None
    ]
    if not bare:
        return
    with phases.phase("Draw bees and train on them") as say:
        sample = draw_sample(folder / "images")
        projects = {model.project for each in bare for model in settings.routes[each.route.name].models}
        versions = _ensure_versions(cloud, sorted(projects), split(sample.train), folder, say)
    with phases.phase("Release the models") as say:
        for releases in bare:
            _release(cloud, settings, releases, versions)
        say(", ".join(each.route.name for each in bare))


def _ensure_versions(cloud: Cloud, projects: Sequence[str], images: Split, folder: Path, say: Any) -> dict[str, str]:
    """ARN of a trained version for each project, trained now where there is none."""
    versions = {project: arn for project in projects if (arn := _trained(cloud, project))}
    for project in projects:
        if project not in versions:
            bucket = "labelpipe-local-training"
            training = start_training(cloud, bucket=bucket, project=project, version="v1", images=images, folder=folder)
            wait_for_training(cloud, training, say)
            versions[project] = training.version_arn
    return versions


def _trained(cloud: Cloud, project: str) -> str | None:
    """The newest version of the project that can be started."""
    rekognition = cloud.client("rekognition")
    for found in rekognition.describe_projects(ProjectNames=[project])["ProjectDescriptions"]:
        for version in rekognition.describe_project_versions(ProjectArn=found["ProjectArn"])[
            "ProjectVersionDescriptions"
        ]:
            if version["Status"] not in UNUSABLE:
                return str(version["ProjectVersionArn"])
    return None


def _release(cloud: Cloud, settings: Settings, releases: Releases, arns: dict[str, str]) -> None:
    models, s3 = settings.routes[releases.route.name].models, cloud.client("s3")
    versions = [
        find_version(cloud.client("rekognition"), s3, VersionArn.parse(arns[model.project])) for model in models
    ]
    releases.promote(releases.create(assemble(releases.route.name, models, versions, None, None), {}))
