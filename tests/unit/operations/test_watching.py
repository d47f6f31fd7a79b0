"""Looking sees what the controller sees, through adapters that can do nothing but read."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from labelpipe.aws.records import Kept
from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth, Model
from labelpipe.core.control.statuses import Status
from labelpipe.core.control.wanting import Row
from labelpipe.core.environment import ControllerEnvironment
from labelpipe.core.errors import Problem
from labelpipe.core.releases import Release, ReleasedModel
from labelpipe.core.wiring import ModelWiring, RouteWiring
from labelpipe.operations.status import statuses
from labelpipe.operations.watching import Watch

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ARN = "arn:aws:rekognition:us-east-1:123456789012:project/bees/version/{}/1"
MODEL = ReleasedModel("m", "rekognition", "project", ARN.format("v1"))


def lease(version: str) -> Lease:
    return Lease(Kind.VERSION, ARN.format(version), NOW + timedelta(minutes=20), "project", NOW)


@dataclass
class Readable:
    """Every adapter at once, its reading half."""

    release_of: dict[str, Any] = field(default_factory=lambda: {"bees": Release("bees-1", "bees", (MODEL,), "a", "b")})
    leases: tuple[Lease, ...] = (lease("v1"), lease("old"), Lease(Kind.QUEUE, "gone", NOW))
    depth_is: Depth = Depth(3)
    broken: bool = False

    def route(self, parameter: str) -> RouteWiring:
        models = (ModelWiring("m", "rekognition", "bees"),)
        return RouteWiring(parameter, parameter, "mapping", parameter, 864000, 5, models, {"cap": {"day": 3}})

    def release_key(self, parameter: str) -> str | None:
        return parameter if parameter in self.release_of else None

    def memory(self, route: str) -> Kept:
        if self.broken:
            raise ValueError("newer")
        return Kept(Memory(), None)

    def override(self, route: str) -> None:
        return None

    def release(self, key: str) -> Release | None:
        if isinstance(self.release_of[key], Exception):
            raise self.release_of[key]
        return self.release_of[key]

    def depth(self, queue_url: str) -> Depth:
        return self.depth_is

    def state(self, mapping_id: str) -> str:
        return "Disabled"

    def describe(self, arn: str, parent_arn: str, name: str = "") -> Model:
        return Model(arn, parent_arn, Status.STOPPED, name)

    def all(self) -> tuple[Lease, ...]:
        return self.leases


def watch(world: Readable, *routes: str) -> Watch:
    settings = ControllerEnvironment("bucket", "key", routes or ("bees",), 2, "group", "role", "dlq")
    return Watch(settings, *[world] * 6)  # type: ignore[arg-type]


def test_a_route_is_seen_with_its_models_and_their_leases():
    (seen,) = watch(Readable()).look(NOW).routes
    assert (seen.name, seen.depth, seen.mapping, seen.policy.cap.day) == ("bees", Depth(3), "Disabled", 3)
    assert seen.models == (Model(ARN.format("v1"), "project", Status.STOPPED, "m", 1, lease("v1")),)


@pytest.mark.parametrize(("status", "answering"), [(Status.RUNNING, "v0"), (Status.STOPPING, "v1")])
def test_while_a_new_release_starts_the_former_ones_models_are_the_routes(status: Status, answering: str) -> None:
    former = Release("bees-0", "bees", (replace(MODEL, version_arn=ARN.format("v0")),), "a", "b")
    world = Handover({**Readable().release_of, "serving": former}, former_is=status)
    (seen,) = watch(world).look(NOW).routes
    assert [model.arn for model in seen.models] == [ARN.format(answering)]


@dataclass
class Handover(Readable):
    """Two releases."""

    former_is: Status = Status.RUNNING

    def route(self, parameter: str) -> RouteWiring:
        return replace(super().route(parameter), serving_parameter="serving")

    def describe(self, arn: str, parent_arn: str, name: str = "") -> Model:
        status = self.former_is if arn == ARN.format("v0") else Status.STARTING
        return Model(arn, parent_arn, status, name)


def test_models_with_a_lease_that_no_route_has_take_slots_too():
    (stray,) = watch(Readable()).look(NOW).strays
    assert (stray.arn, stray.lease) == (ARN.format("old"), lease("old"))


def test_the_decision_is_the_controllers_own():
    decision = watch(Readable()).look(NOW).decisions()["bees"]
    assert (decision.want.row, [str(action).split()[0] for action in decision.actions]) == (
        Row.DEMAND,
        ["lease", "lease", "start"],
    )


@pytest.mark.parametrize(
    ("releases", "reason"),
    [
        ({}, "no release yet: `labelpipe release set bees VERSION-ARN` gives it one; work waits"),
        ({"bees": None}, "the pointer names bees, which is not in the bucket: promote another release"),
        ({"bees": ValueError("schema")}, "the release record bees cannot be read (schema): promote another release"),
        (
            {"bees": Release("bees-2", "bees", (replace(MODEL, name="n"),), "a", "b")},
            "release bees-2 and the route's settings differ in models: m, n",
        ),
    ],
)
def test_a_release_that_cannot_be_used_is_told(releases, reason):
    (found,) = statuses(watch(Readable(release_of=releases)).look(NOW), None, 4)
    assert (found.want.row, found.want.reason) == (Row.NO_RELEASE, reason)


def test_a_record_that_cannot_be_read_is_a_line_for_people():
    with pytest.raises(Problem, match="a record of route bees cannot be read"):
        watch(Readable(broken=True)).look(NOW)


def test_one_route_is_chosen_by_its_name_and_no_name_is_all():
    watched = watch(Readable(), "bees", "wasps").look(NOW)
    assert [seen.name for seen in watched.chosen(None)] == ["bees", "wasps"]
    assert [seen.name for seen in watched.chosen("wasps")] == ["wasps"]
    with pytest.raises(Problem, match="there is no route 'ants': the routes are bees, wasps"):
        watched.chosen("ants")
