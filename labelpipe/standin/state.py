"""What the stand-in remembers: projects, datasets and versions, as values in tables keyed by ARN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from labelpipe.standin import arns
from labelpipe.standin.errors import InvalidParameterException, ResourceNotFoundException
from labelpipe.standin.lifecycle import (
    FAILING,
    NEXT,
    VANISHING,
    DatasetStatus,
    ProjectStatus,
    Status,
    project_after,
)


@dataclass(frozen=True)
class Location:
    """An object in S3, at a version when one is named."""

    bucket: str
    key: str
    version: str | None = None

    def below(self, *parts: str) -> Location:
        """The place with those parts of a key, of which this one has the prefix."""
        return Location(self.bucket, "/".join(part for part in (self.key.strip("/"), *parts) if part))


@dataclass(frozen=True)
class Policy:
    """Who may copy a project's versions. Only the latest revision is kept."""

    name: str
    revision: str
    document: str
    created: float
    updated: float


@dataclass(frozen=True)
class Project:
    """With its policies, which go when it goes."""

    arn: str
    name: str
    created: float  # epoch seconds, as everywhere here
    feature: str = "CUSTOM_LABELS"
    tags: Mapping[str, str] = field(default_factory=dict)
    status: ProjectStatus = ProjectStatus.CREATED
    due: float | None = None
    becomes: ProjectStatus | None = None  # as of a version; a project always does what NEXT says
    auto_update: str | None = None  # of an adapter
    policies: tuple[Policy, ...] = ()


@dataclass(frozen=True)
class Stats:
    """Of a dataset: images with labels, images, labels in use, and images of which something is wrong."""

    labeled: int = 0
    total: int = 0
    labels: int = 0
    errors: int = 0


@dataclass(frozen=True)
class Revision:
    """What a dataset has: the name of a file of the store that never changes, and its counts; at first nothing."""

    file: str = ""
    stats: Stats = Stats()


@dataclass(frozen=True)
class Dataset:
    """Its entries are those of its revision."""

    arn: str
    project_arn: str
    kind: str  # TRAIN or TEST
    created: float
    updated: float
    status: DatasetStatus
    due: float | None = None
    becomes: DatasetStatus | None = None  # once due, when that is not what NEXT says
    revision: Revision = Revision()
    coming: Revision | None = None  # what it has once due, when that differs
    failure: str = ""  # why the last operation failed
    failure_code: str = ""  # CLIENT_ERROR or SERVICE_ERROR
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Training:
    """How a training went. Scores are 0 to 1; seconds is what the service would bill."""

    ended: float
    seconds: int
    f1: float | None = None
    summary: Location | None = None
    manifests: Mapping[str, Location] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """A model. Its training material and what was learnt are files of the store."""

    arn: str
    project_arn: str
    name: str
    created: float
    status: Status
    bucket: str
    prefix: str
    due: float | None = None
    becomes: Status | None = None  # once due, when that is not what NEXT says
    message: str = ""  # why, of the status that is or comes next
    min_units: int | None = None
    max_units: int | None = None
    description: str | None = None
    kms_key: str | None = None
    inputs: Mapping[str, tuple[Location, ...]] = field(default_factory=dict)
    auto_split: bool = False
    training: Training | None = None
    source: str | None = None  # the ARN of the version that this one is a copy of
    tags: Mapping[str, str] = field(default_factory=dict)


Resource = Project | Dataset | Version
Timed = TypeVar("Timed", Project, Dataset, Version)
Kind = TypeVar("Kind", Project, Dataset, Version)


def settled(resource: Timed, now: float) -> Timed:
    """The resource as it is now: a passing status whose time is over has become the next one."""
    if resource.due is None or now < resource.due:
        return resource
    later = replace(resource, status=resource.becomes or NEXT[resource.status], due=None, becomes=None)
    return replace(later, revision=later.coming, coming=None) if isinstance(later, Dataset) and later.coming else later


def failed(dataset: Dataset, why: str, code: str) -> Dataset:
    """The dataset as one that fails once it is due; code is a StatusMessageCode."""
    return replace(dataset, becomes=FAILING[dataset.status], failure=why, failure_code=code)


class State:
    """Three tables. Not thread-safe: whoever holds it takes turns."""

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self._resources: Mapping[str, Resource] = {resource.arn: resource for resource in resources}

    @property
    def contents(self) -> Mapping[str, Resource]:
        """Everything by ARN. A change makes another mapping, so that keeping this one costs nothing."""
        return self._resources

    def restore(self, contents: Mapping[str, Resource]) -> None:
        """Be as when contents was told."""
        self._resources = contents

    def put(self, resource: Resource) -> None:
        self._resources = {**self._resources, resource.arn: resource}

    def remove(self, resource: Resource) -> None:
        self._resources = {arn: other for arn, other in self._resources.items() if arn != resource.arn}

    def forget_deleted(self, now: float) -> None:
        """Remove what was being deleted, and by now is."""
        for resource in self._resources.values():  # remove makes another mapping
            if resource.due is not None and resource.due <= now and resource.status in VANISHING:
                self.remove(resource)

    def all(self) -> tuple[Resource, ...]:
        return tuple(self._resources.values())

    def find(self, arn: str) -> Resource:
        """The resource of that name, or ResourceNotFoundException."""
        try:
            return self._resources[arn]
        except KeyError:
            raise ResourceNotFoundException(f"The resource {arn} could not be found.") from None

    def _find(self, arn: str, kind: type[Kind]) -> Kind:
        resource = self.find(arn)
        if not isinstance(resource, kind):
            raise ResourceNotFoundException(f"The resource {arn} is not a {kind.__name__.lower()}.")
        return resource

    def project(self, arn: str) -> Project:
        return self._find(arn, Project)

    def open_project(self, arn: str, operation: str, now: float) -> Project:
        """The project, when the operation may change it or put something into it now; or the error of the table.

        AWS says that these operations are for Custom Labels; that an adapter's project is an invalid one is inferred.
        """
        project = settled(self.project(arn), now)
        if project.feature != "CUSTOM_LABELS":
            raise InvalidParameterException(f"{operation} is for Custom Labels: {arn} is of {project.feature}.")
        project_after(operation, project.status)
        return project

    def dataset(self, arn: str, now: float) -> Dataset:
        return settled(self._find(arn, Dataset), now)

    def version(self, arn: str, now: float) -> Version:
        return settled(self._find(arn, Version), now)

    def projects(self, region: str) -> list[Project]:
        """The Region's projects, newest first."""
        place = arns.Place(region)
        found = [r for r in self._resources.values() if isinstance(r, Project) and place.holds(r.arn)]
        return sorted(found, key=lambda project: -arns.stamp(project.arn))

    def datasets(self, project_arn: str, now: float) -> list[Dataset]:
        found = [r for r in self._resources.values() if isinstance(r, Dataset) and r.project_arn == project_arn]
        return [settled(dataset, now) for dataset in found]

    def versions(self, now: float, project_arn: str | None = None) -> list[Version]:
        """Versions of the project, or of every project, newest first."""
        found = [
            settled(r, now)
            for r in self._resources.values()
            if isinstance(r, Version) and project_arn in (None, r.project_arn)
        ]
        return sorted(found, key=lambda version: -arns.stamp(version.arn))

    def new_stamp(self, now: float) -> int:
        """A creation stamp in epoch milliseconds that no resource has, later than all."""
        return max([round(now * 1000), *(arns.stamp(arn) + 1 for arn in self._resources)])
