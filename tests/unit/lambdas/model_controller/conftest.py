"""A small world for the controller: versions, queues, mappings, schedules, records and a clock, all in memory.

It has the service's physics: starting and stopping take time, a stop that meets STARTING is refused, a description
may be a little old, schedules fire whether or not anybody ticks. The controller can be made to die at any change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from labelpipe.aws.records import Kept, LostRace
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth, Model
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.statuses import BILLED, ON, STARTABLE, Status
from labelpipe.core.environment import ControllerEnvironment
from labelpipe.core.releases import REKOGNITION, SAGEMAKER, Release, ReleasedModel, VersionArn, endpoint_name
from labelpipe.core.wiring import ModelWiring, RouteWiring
from lambdas.model_controller.reports import TickReport
from lambdas.model_controller.tick import tick
from lambdas.model_controller.tools import Tools
from lambdas.model_controller.troubles import Troubles

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/bees/1"
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def arn(model: str) -> str:
    """Of a project version, or of an endpoint if it is called so."""
    if model.startswith("endpoint"):
        return f"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{model}"
    return f"arn:aws:rekognition:us-east-1:123456789012:project/bees/version/{model}/1"


def parent_arn(model: str) -> str:
    return arn(model).replace("endpoint/", "endpoint-config/") if model.startswith("endpoint") else PROJECT


def name(arn: str) -> str:
    """The inverse of arn."""
    return endpoint_name(arn) or VersionArn.parse(arn).version


class Death(BaseException):
    """The function's environment is gone: no handler of ours sees it."""


class VersionPhysics:
    """One version: its status over time, and how long its transitions take."""

    def __init__(self, world: "World") -> None:
        self.world, self.history = world, [(world.now, Status.TRAINING_COMPLETED)]
        self.starting, self.stopping, self.outcome = 10 * MINUTE, 3 * MINUTE, Status.RUNNING

    @property
    def status(self) -> Status:
        return self.history[-1][1]

    def become(self, status: Status) -> None:
        self.history.append((self.world.now, status))

    def seen(self, lag: timedelta) -> Status:
        return next(status for when, status in reversed(self.history) if when <= self.world.now - lag or when == START)

    def advance(self) -> None:
        since, status = self.history[-1]
        if status is Status.STARTING and self.world.now - since >= self.starting:
            self.become(self.outcome)
        if status is Status.STOPPING and self.world.now - since >= self.stopping:
            self.become(Status.STOPPED)

    def stop(self) -> Outcome:
        if self.status is not Status.RUNNING:
            return Outcome.BUSY
        self.become(Status.STOPPING)
        return Outcome.DONE


@dataclass
class World:
    """Everything outside the controller."""

    now: datetime = START
    lag: timedelta = timedelta(0)
    slots: int = 2
    versions: dict[str, VersionPhysics] = field(default_factory=dict)
    routes: dict[str, RouteWiring] = field(default_factory=dict)
    releases: dict[str, Release] = field(default_factory=dict)
    """The one that is wanted of each route."""
    records: dict[str, Release] = field(default_factory=dict)
    """Every one that ever was, by its key."""
    served: dict[str, str] = field(default_factory=dict)
    """Key of the release that each route's function asks."""
    queues: dict[str, int] = field(default_factory=dict)
    noise: dict[str, int] = field(default_factory=dict)
    """How many of a queue's messages are only noise."""
    hidden: dict[str, int] = field(default_factory=dict)
    """How many messages were given back, to come again much later."""
    mappings: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, Lease] = field(default_factory=dict)
    memories: dict[str, tuple[str, str]] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Routes whose wiring, and versions whose start, is an error."""
    denied: set[tuple[str, str]] = field(default_factory=set)
    """What no role allows: `describe` or `stop`, and the version."""
    foreign: int = 0
    """Running models of the account that are none of ours."""
    changes: list[str] = field(default_factory=list)
    die_at: tuple[int, str] | None = None
    etags: Any = field(default_factory=count)

    def route(self, name: str, *versions: str, **policy: Any) -> None:
        models = tuple(_wired(version) for version in versions)
        self.routes[name] = RouteWiring(name, name, name, name, 864000, 5, models, policy, 1.0, f"{name}/serving")
        self.queues[name], self.mappings[name] = 0, "Disabled"
        self.release(name, {version: version for version in versions})
        self.served[name] = self.releases[name].id

    def release(self, name: str, models: dict[str, str]) -> None:
        """models: a model's name to its version."""
        for version in models.values():
            self.versions.setdefault(arn(version), VersionPhysics(self))
        released = tuple(ReleasedModel(m, _wired(v).backend, parent_arn(v), arn(v)) for m, v in models.items())
        release = Release(f"{name}-{len(self.records)}", name, released, "ana", "2026-11-20T12:00:00Z")
        self.releases[name] = self.records[release.id] = release

    def order(self, route: str, want: Any) -> None:
        self.overrides[route] = Override(want, None, "ana", self.now)

    def status(self, version: str) -> Status:
        return self.versions[arn(version)].status

    def change(self, what: str, effect: Callable[[], Any]) -> Any:
        """A change of the controller's, which it may not live to see done, or to learn of."""
        self.changes.append(what)
        mortal = self.die_at and self.die_at[0] == len(self.changes)
        if mortal and self.die_at[1] == "before":
            raise Death(what)
        outcome = effect()
        self.check()
        if mortal:
            raise Death(what)
        return outcome

    def check(self) -> None:
        """The invariant: nothing runs or starts without a schedule that will stop it."""
        for version, physics in self.versions.items():
            leases = [s for s in self.schedules.values() if s.kind is Kind.of(version) and s.subject == version]
            assert leases or physics.status not in ON, f"{version} is {physics.status} without a lease"

    def pass_time(self, span: timedelta, step: timedelta = 20 * SECOND) -> None:
        for _ in range(span // step):
            before, self.now = self.now, self.now + step
            for physics in self.versions.values():
                physics.advance()
            for lease in self.schedules.values():
                times_before, times = ((moment - lease.ends) // (5 * MINUTE) for moment in (before, self.now))
                if times >= 0 and times > times_before:
                    self._fire(lease)
            self._drain()
            self.check()

    def _fire(self, lease: Lease) -> None:
        if lease.kind is not Kind.QUEUE:
            self.versions[lease.subject].stop()
        else:
            self.mappings[lease.subject] = "Disabled"

    def _drain(self) -> None:
        for name, state in self.mappings.items():
            models = self.records[self.served[name]].models if name in self.served else ()
            if state == "Enabled" and all(self.versions[m.version_arn].status is Status.RUNNING for m in models):
                self.queues[name] = max(0, self.queues[name] - 20)

    def tick(self, clock: Callable[[], datetime] | None = None) -> TickReport:
        return tick(self.tools(), clock or (lambda: self.now), Troubles(Logger(service="test", level="CRITICAL")))

    def run(self, minutes: int, each: timedelta = MINUTE) -> None:
        for _ in range(minutes * MINUTE // each):
            self.tick()
            self.pass_time(each)

    def is_at_rest(self) -> bool:
        off = all(physics.status not in ON | BILLED for physics in self.versions.values())
        return off and not any(self.queues.values()) and not self.schedules

    def tools(self) -> Tools:
        settings = ControllerEnvironment("bucket", "key", tuple(self.routes), self.slots, "group", "role", "dlq")
        return Tools(
            settings=settings,
            wirings=Wirings(self),
            records=Records(self),
            depths=Depths(self),
            noise=Noise(self),
            mappings=Mappings(self),
            models=Versions(self),
            leases=Leases(self),
        )


def _wired(model: str) -> ModelWiring:
    if model.startswith("endpoint"):
        return ModelWiring(model, SAGEMAKER, endpoint=model, endpoint_config=model)
    return ModelWiring(model, REKOGNITION, "bees")


@dataclass
class Wirings:
    world: World

    def route(self, parameter: str) -> RouteWiring:
        if parameter in self.world.broken:
            raise RuntimeError(f"{parameter} is broken")
        return self.world.routes[parameter]

    def release_key(self, parameter: str) -> str | None:
        if parameter.endswith("/serving"):
            return self.world.served.get(parameter.removesuffix("/serving"))
        return self.world.releases[parameter].id if parameter in self.world.releases else None

    def serve(self, parameter: str, key: str) -> None:
        route = parameter.removesuffix("/serving")
        self.world.change(f"serve {key}", lambda: self.world.served.update({route: key}))


@dataclass
class Records:
    world: World

    def memory(self, route: str) -> Kept:
        text, etag = self.world.memories.get(route, (Memory().to_json(), None))
        return Kept(Memory.from_json(text), etag)

    def remember(self, route: str, memory: Memory, etag: str | None) -> None:
        if self.world.memories.get(route, (None, None))[1] != etag:
            raise LostRace(route)
        kept = (memory.to_json(), str(next(self.world.etags)))
        self.world.change(f"remember {route}", lambda: self.world.memories.update({route: kept}))

    def override(self, route: str) -> Override | None:
        return self.world.overrides.get(route)

    def release(self, key: str) -> Release | None:
        return self.world.records[key]


@dataclass
class Depths:
    world: World

    def depth(self, queue_url: str) -> Depth:
        return Depth(self.world.queues[queue_url], self.world.hidden.get(queue_url, 0))


@dataclass
class Noise:
    world: World

    def clear(self, queue_url: str, at_most: int) -> int:
        cleared = min(self.world.noise.pop(queue_url, 0), at_most)
        self.world.queues[queue_url] -= cleared
        return cleared


@dataclass
class Mappings:
    world: World

    def state(self, mapping_id: str) -> str:
        return self.world.mappings[mapping_id]

    def hold(self, mapping_id: str) -> Outcome:
        return self._set(mapping_id, "Disabled")

    def release(self, mapping_id: str, concurrency: int) -> Outcome:
        return self._set(mapping_id, "Enabled")

    def _set(self, mapping_id: str, state: str) -> Outcome:
        self.world.change(f"{state} {mapping_id}", lambda: self.world.mappings.update({mapping_id: state}))
        return Outcome.DONE


@dataclass
class Versions:
    world: World

    def describe(self, arn: str, parent_arn: str, name: str = "") -> Model:
        assert Kind.of(arn) is Kind.ENDPOINT or parent_arn == PROJECT
        self._allow("describe", arn)
        return Model(arn, parent_arn, self.world.versions[arn].seen(self.world.lag), name)

    def _allow(self, call: str, arn: str) -> None:
        if (call, name(arn)) in self.world.denied:
            raise PermissionError(f"no {call}")

    def start(self, arn: str, parent_arn: str, units: int, max_units: int) -> Outcome:
        return self.world.change(f"start {name(arn)}", lambda: self._start(arn))

    def _start(self, arn: str) -> Outcome:
        versions = [p for each, p in self.world.versions.items() if Kind.of(each) is Kind.VERSION]
        running = [p for p in versions if p.status in ON | BILLED]
        if name(arn) in self.world.broken:
            raise PermissionError("not allowed")
        if self.world.versions[arn].status not in STARTABLE:
            return Outcome.BUSY
        if Kind.of(arn) is Kind.VERSION and len(running) + self.world.foreign >= self.world.slots:
            return Outcome.NO_SLOT
        self.world.versions[arn].become(Status.STARTING)
        return Outcome.DONE

    def stop(self, arn: str) -> Outcome:
        self._allow("stop", arn)
        return self.world.change(f"stop {name(arn)}", self.world.versions[arn].stop)


@dataclass
class Leases:
    world: World

    def all(self) -> tuple[Lease, ...]:
        return tuple(self.world.schedules.values())

    def write(self, lease: Lease) -> None:
        kept = replace(lease, written=self.world.now)
        self.world.change(f"lease {lease.name}", lambda: self.world.schedules.update({lease.name: kept}))

    def remove(self, lease: Lease) -> Outcome:
        if self.world.schedules.get(lease.name) != lease:
            return Outcome.BUSY
        return self.world.change(f"unlease {lease.name}", lambda: self.world.schedules.pop(lease.name) and Outcome.DONE)


@pytest.fixture
def make_world() -> type[World]:
    return World


@pytest.fixture
def death() -> type[Death]:
    return Death
