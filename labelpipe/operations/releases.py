"""Making a release, and pointing a route to it."""

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from labelpipe.core import names
from labelpipe.core.errors import Problem
from labelpipe.core.releases import Release, ReleasedModel, VersionArn
from labelpipe.operations.endpoints import PlannedEndpoint, find_endpoints
from labelpipe.operations.pipeline import DeployedRoute, Pipeline
from labelpipe.operations.versions import TrainedVersion, find_version
from labelpipe.settings import ModelSettings


@dataclass(frozen=True)
class Releases:
    """The releases of one route of a deployed pipeline."""

    pipeline: Pipeline
    route: DeployedRoute
    s3: Any
    ssm: Any

    def current(self) -> Release | None:
        """What the pointer points to; None before the first release."""
        key = self.ssm.get_parameter(Name=self.route.release_parameter)["Parameter"]["Value"]
        if key == names.NO_RELEASE:
            return None
        return Release.from_json(self.s3.get_object(Bucket=self.pipeline.bucket, Key=key)["Body"].read())

    def create(self, models: Sequence[ReleasedModel], metrics: dict[str, float]) -> Release:
        """Write an immutable record under the next free number."""
        current = self.current()
        for number in range(self._highest() + 1, self._highest() + 100):
            release = Release(
                f"{self.route.name}-{number}",
                self.route.name,
                tuple(models),
                who=getpass.getuser(),
                when=datetime.now(UTC).isoformat(timespec="seconds"),
                previous=current.id if current else None,
                metrics=metrics,
            )
            if self._write(release):
                return release
        raise Problem(
            f"found no free number for a release of {self.route.name}: others release at the same time; try again"
        )

    def promote(self, release: Release) -> None:
        """Point the route to it: the controller runs its models, and then lets them answer."""
        key = names.release_key(self.route.name, release.id)
        self.ssm.put_parameter(Name=self.route.release_parameter, Value=key, Type="String", Overwrite=True)

    def _highest(self) -> int:
        prefix = f"{names.RELEASES}{self.route.name}/"
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.pipeline.bucket, Prefix=prefix)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return max((int(key.removesuffix(".json").rpartition("-")[2]) for key in keys), default=0)

    def _write(self, release: Release) -> bool:
        """False when another release has taken the number meanwhile."""
        try:
            self.s3.put_object(
                Bucket=self.pipeline.bucket,
                Key=names.release_key(self.route.name, release.id),
                Body=release.to_json().encode(),
                ContentType="application/json",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self.pipeline.key_arn,
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                return False
            raise
        return True


def release_versions(
    releases: Releases,
    wanted: Sequence[ModelSettings],
    arns: Sequence[VersionArn],
    rekognition: Any,
    threshold: float | None = None,
    sagemaker: Any = None,
) -> Release:
    """Let these versions, and the endpoints that the settings name, answer for the route from now on.

    threshold: for every label, instead of those of training. sagemaker: needed where a model is an endpoint.
    """
    versions = [find_version(rekognition, releases.s3, arn) for arn in arns]
    endpoints = find_endpoints(sagemaker, wanted)
    models = assemble(releases.route.name, wanted, versions, endpoints, releases.current(), threshold)
    release = releases.create(models, {each.arn.project: each.f1 for each in versions if each.f1 is not None})
    releases.promote(release)
    return release


def assemble(
    route: str,
    wanted: Sequence[ModelSettings],
    versions: Sequence[TrainedVersion],
    endpoints: Mapping[str, PlannedEndpoint],
    current: Release | None,
    threshold: float | None,
) -> tuple[ReleasedModel, ...]:
    """One released model for each that the settings name: from the versions given, else as it is in the current one.

    endpoints: by the model's name. Raise a Problem for a version of another project, a model without a version, and one
    without any threshold.
    """
    by_project = _by_project(route, wanted, versions)
    kept = {model.name: model for model in current.models} if current else {}
    models, missing = list[ReleasedModel](), list[str]()
    for model in wanted:
        if model.name in endpoints:
            models.append(_hosted(model, endpoints[model.name], kept.get(model.name), threshold))
        elif model.project in by_project:
            models.append(_released(model, by_project[model.project], threshold))
        elif model.name in kept:
            models.append(kept[model.name])
        else:
            missing.append(model.name)
    if missing:
        raise Problem(f"nothing says which version of {', '.join(missing)} shall answer for {route}: give its ARN too")
    return tuple(models)


def _by_project(
    route: str, wanted: Sequence[ModelSettings], versions: Sequence[TrainedVersion]
) -> dict[str, TrainedVersion]:
    by_project = {version.arn.project: version for version in versions}
    if len(by_project) < len(versions):
        raise Problem("two of these versions are of the same project: a model is answered for by one of them")
    projects = sorted({model.project for model in wanted if model.project})
    if strangers := by_project.keys() - set(projects):
        allowed = f"of project {' or '.join(map(repr, projects))}, not of" if projects else "of no project, nor of"
        raise Problem(
            f"route {route} takes versions {allowed} '{strangers.pop()}': "
            f"release what it takes, or change [[routes.{route}.models]]"
        )
    return by_project


def _released(model: ModelSettings, version: TrainedVersion, threshold: float | None) -> ReleasedModel:
    if threshold is None and not version.thresholds:
        raise Problem(
            f"the training summary of {version.arn.version} has no thresholds: "
            "say --threshold 50, or another from 0 to 100"
        )
    thresholds = version.thresholds if threshold is None else {}
    default = threshold if threshold is not None else min(version.thresholds.values())
    return ReleasedModel(model.name, model.backend, version.project_arn, version.arn.arn, thresholds, default)


def _hosted(
    model: ModelSettings, endpoint: PlannedEndpoint, kept: ReleasedModel | None, threshold: float | None
) -> ReleasedModel:
    """An endpoint has no training summary: what is not said is as it was, for the same configuration."""
    if threshold is not None:
        thresholds, default = dict[str, float](), threshold
    elif kept and kept.project_arn == endpoint.config_arn:
        thresholds, default = kept.thresholds, kept.default_threshold
    else:
        raise Problem(
            f"nothing says from which confidence on labels of endpoint {model.endpoint} count: say --threshold 50"
        )
    asked = (model.name, model.backend, endpoint.config_arn, endpoint.arn)
    return ReleasedModel(*asked, thresholds, default, model.answer, model.labels)
