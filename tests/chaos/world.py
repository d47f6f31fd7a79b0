"""Everything outside the controller, put together from a plan; and what goes wrong in it at this moment."""

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth
from labelpipe.core.control.overrides import Override
from labelpipe.core.control.statuses import Status
from labelpipe.core.releases import REKOGNITION, Release, ReleasedModel, VersionArn
from labelpipe.core.wiring import ModelWiring, RouteWiring
from tests.chaos.boundaries import boundaries
from tests.chaos.clock import Clock
from tests.chaos.episodes import FAILING, LYING, Episode
from tests.chaos.plan import Plan, RoutePlan
from tests.chaos.queues import Message, Queue
from tests.chaos.schedules import Schedules
from tests.chaos.service import Account, Version

if TYPE_CHECKING:
    from tests.chaos.reckoning import Reckoning

_PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project"
_PHANTOMS = 7
GIVE_UP_AFTER, RATE = 10 * 86400, 1.0
SERVING = "/serving"
"""Ends the name of the parameter that says which release a route's function asks."""


def arn(version: str) -> str:
    """Every model has a project of its own: b2 is the second version of b."""
    return f"{_PROJECT}/{version[0]}/version/{version}/1"


def project_arn(version: str) -> str:
    return f"{_PROJECT}/{version[0]}/1"


def name(arn: str) -> str:
    """The inverse of arn."""
    return VersionArn.parse(arn).version


@dataclass
class World:
    plan: Plan
    clock: Clock
    reckoning: "Reckoning"
    account: Account = field(init=False)
    schedules: Schedules = field(init=False)
    queues: dict[str, Queue] = field(default_factory=dict)
    wirings: dict[str, RouteWiring] = field(default_factory=dict)
    releases: dict[str, Release] = field(default_factory=dict)
    """The wanted one of each route."""
    records: dict[str, Release] = field(default_factory=dict)
    """Every one that ever was, by its key."""
    served: dict[str, str] = field(default_factory=dict)
    """Key of the release that each route's function asks."""
    overrides: dict[str, Override] = field(default_factory=dict)
    memories: dict[str, tuple[Memory, str]] = field(default_factory=dict)
    troubles: list[Episode] = field(default_factory=list)
    """Those that last at this moment."""
    frozen: dict[str, int] = field(default_factory=dict)
    """What a queue's counts said when they froze."""
    etags: "count[int]" = field(default_factory=count)
    is_calm: bool = False

    def __post_init__(self) -> None:
        self.reckoning.world = self
        self.account = Account(self.plan.slots)
        fired, written = self._fire, self.reckoning.lease_changed
        self.schedules = Schedules(self.clock, self.plan.seed, fired, written)
        for route in self.plan.routes:
            self._add(route)
        for when, route, models in self.plan.releases:
            self.clock.at(when, partial(self._release, route, models))
        for when, route, override in self.plan.orders:
            self.clock.at(when, partial(self._order, route, override))
        for episode in self.plan.episodes:
            self.clock.at(episode.begin, partial(self._begin, episode))
            self.clock.at(episode.end, partial(self._end, episode))
        self.clock.at(self.plan.calm, self._calm_down)

    def has(self, kind: str, subject: str | None = None) -> bool:
        """Whether a trouble lasts."""
        return any(each.kind == kind and subject in (None, each.subject) for each in self.troubles)

    @property
    def is_lying(self) -> bool:
        """Whether calls fail or lie at this moment: then every tick may be different."""
        return any(each.kind in FAILING + LYING or each.kind == "stuck" for each in self.troubles)

    def told(self, route: str) -> Depth:
        """What SQS says of a route's queue at this moment."""
        depth = self.queues[route].depth()
        if self.has("zero", route):
            return Depth()
        if self.has("frozen", route):
            return Depth(self.frozen[route])
        return replace(depth, visible=depth.visible + _PHANTOMS) if self.has("phantom", route) else depth

    def is_ready(self, route: str) -> bool:
        """Whether all models answer of the release that the route's function asks."""
        models = self.records[self.served[route]].models if route in self.served else ()
        return bool(models) and all(
            self.account.versions[model.version_arn].status is Status.RUNNING for model in models
        )

    def _add(self, route: RoutePlan) -> None:
        models = tuple(ModelWiring(model, REKOGNITION, model) for model in route.models)
        name, policy = route.name, route.raw_policy
        self.wirings[name] = RouteWiring(
            name, name, name, name, GIVE_UP_AFTER, 5, models, policy, RATE, f"{name}{SERVING}"
        )
        luck, ready = Random(f"queue/{self.plan.seed}/{name}"), partial(self.is_ready, name)
        self.queues[name] = Queue(name, self.clock, luck, GIVE_UP_AFTER, RATE, ready)
        for when, noise in route.arrivals:
            self.clock.at(when, partial(self._arrive, name, noise))
        for moment in boundaries(route.policy, self.plan.begin, self.plan.end):
            self.clock.at(moment, lambda: None)
        self._release(name, route.models)

    def _arrive(self, route: str, noise: bool) -> None:
        self.queues[route].send(Message(self.clock.now, noise))

    def _release(self, route: str, models: dict[str, str]) -> None:
        for version in models.values():
            self._version(version)
        released = tuple(ReleasedModel(m, REKOGNITION, project_arn(v), arn(v)) for m, v in models.items())
        release = Release(f"{route}-{len(self.records)}", route, released, "ana", "2026-11-20T12:00:00Z")
        self.releases[route] = self.records[release.id] = release
        self.reckoning.tell(f"release for {route}: {', '.join(models.values())}")

    def _version(self, version: str) -> None:
        if arn(version) not in self.account.versions:
            plan, changed = self.plan, self.reckoning.version_changed
            made = Version(arn(version), self.clock, plan.seed, plan.lag, changed, is_calm=self.is_calm)
            self.account.versions[arn(version)] = made

    def _order(self, route: str, override: Override | None) -> None:
        self.reckoning.tell(f"order for {route}: {override or 'auto'}")
        self.overrides.pop(route, None)
        if override:
            self.overrides[route] = override
            if override.until:
                self.clock.at(override.until, lambda: None)

    def _begin(self, episode: Episode) -> None:
        self.troubles.append(episode)
        self.reckoning.tell(f"begins: {episode.kind} {episode.subject}")
        self._apply(episode)

    def _end(self, episode: Episode) -> None:
        self.troubles.remove(episode)
        self.reckoning.tell(f"ends: {episode.kind} {episode.subject}")
        self._apply(episode)

    def _apply(self, episode: Episode) -> None:
        versions = self.account.versions.values()
        match episode.kind:
            case "stuck" if arn(episode.subject) in self.account.versions:
                stuck = self.has("stuck", episode.subject)
                self.account.versions[arn(episode.subject)].stuck_since = episode.begin if stuck else None
            case "frozen":
                self.frozen[episode.subject] = self.queues[episode.subject].depth().visible
            case "foreign":
                self.account.foreign = self.plan.slots if self.has("foreign") else 0
            case "failing starts":
                for version in versions:
                    version.always_fails = self.has("failing starts")

    def _calm_down(self) -> None:
        self.is_calm = self.schedules.is_calm = True
        self.reckoning.calm_down()
        for each in (*self.account.versions.values(), *self.queues.values()):
            each.is_calm = True

    def _fire(self, lease: Lease) -> None:
        if lease.kind is Kind.QUEUE:
            outcome = self.queues[lease.subject].set(enabled=False)
        else:
            outcome = self.account.versions[lease.subject].stop()
        self.reckoning.tell(f"the lease on {lease.subject.rpartition('version/')[2]} fires: {outcome.name}")
