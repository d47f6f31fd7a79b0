"""The controller's adapters over the simulated world. Every call goes through `calls`, which may spoil it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from labelpipe.aws.records import Kept, LostRace
from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.leases import Lease
from labelpipe.core.control.memory import Memory
from labelpipe.core.control.observations import Depth, Model
from labelpipe.core.control.overrides import Override
from labelpipe.core.environment import ControllerEnvironment
from labelpipe.core.releases import Release
from labelpipe.core.wiring import RouteWiring
from lambdas.model_controller.tools import Tools
from tests.chaos.calls import Calls
from tests.chaos.world import SERVING, World


@dataclass
class _Adapter:
    world: World
    calls: Calls


class Wirings(_Adapter):
    def route(self, parameter: str) -> RouteWiring:
        return self.calls.read("wirings", lambda: self.world.wirings[parameter])

    def release_key(self, parameter: str) -> str | None:
        route = parameter.removesuffix(SERVING)
        if route != parameter:
            return self.calls.read("wirings", lambda: self.world.served.get(route))
        key = "lost" if self.world.has("pointer", route) else self.world.releases[route].id
        return self.calls.read("wirings", lambda: key)

    def serve(self, parameter: str, key: str) -> None:
        route = parameter.removesuffix(SERVING)
        self.calls.change("wirings", f"serve {key}", lambda: self.world.served.update({route: key}))


class Records(_Adapter):
    def memory(self, route: str) -> Kept:
        return self.calls.read("records", lambda: Kept(*self.world.memories.get(route, (Memory(), None))))

    def remember(self, route: str, memory: Memory, etag: str | None) -> None:
        def write() -> None:
            if self.world.memories.get(route, (None, None))[1] != etag:
                raise LostRace(route)
            self.world.memories[route] = (memory, str(next(self.world.etags)))

        self.calls.change("records", f"remember {route}", write)

    def override(self, route: str) -> Override | None:
        return self.calls.read("records", lambda: self.world.overrides.get(route))

    def release(self, key: str) -> Release | None:
        return self.calls.read("records", lambda: self.world.records.get(key))


class Depths(_Adapter):
    def depth(self, queue_url: str) -> Depth:
        return self.calls.read("counts", lambda: self.world.told(queue_url))


class Noise(_Adapter):
    def clear(self, queue_url: str, at_most: int) -> int:
        return self.calls.read("counts", lambda: self.world.queues[queue_url].glance(at_most))


class Mappings(_Adapter):
    def state(self, mapping_id: str) -> str:
        return self.calls.read("mappings", lambda: self.world.queues[mapping_id].state)

    def hold(self, mapping_id: str) -> Outcome:
        return self._set(mapping_id, enabled=False)

    def release(self, mapping_id: str, concurrency: int) -> Outcome:
        return self._set(mapping_id, enabled=True)

    def _set(self, mapping_id: str, *, enabled: bool) -> Outcome:
        told = f"{'release' if enabled else 'hold'} {mapping_id}"
        return self.calls.change("mappings", told, lambda: self.world.queues[mapping_id].set(enabled=enabled))


class Models(_Adapter):
    def describe(self, arn: str, parent_arn: str, name: str = "") -> Model:
        return self.calls.read("describe", lambda: self._described(arn, parent_arn, name))

    def _described(self, arn: str, parent_arn: str, name: str) -> Model:
        version = self.world.account.versions[arn]
        return Model(arn, parent_arn, version.described(), name, version.units)

    def start(self, arn: str, parent_arn: str, units: int, max_units: int) -> Outcome:
        return self.calls.change("start", f"start {_short(arn)}", lambda: self.world.account.start(arn, units))

    def stop(self, arn: str) -> Outcome:
        return self.calls.change("stop", f"stop {_short(arn)}", lambda: self._stop(arn))

    def _stop(self, arn: str) -> Outcome:
        outcome = self.world.account.versions[arn].stop()
        if outcome is Outcome.DONE:
            self.world.reckoning.stopped(arn)
        return outcome


class Leases(_Adapter):
    def all(self) -> tuple[Lease, ...]:
        return self.calls.read("leases", lambda: tuple(self.world.schedules.kept.values()))

    def write(self, lease: Lease) -> None:
        told = f"lease {_short(lease.subject)} until {lease.ends:%H:%M:%S}"
        self.calls.change("leases", told, lambda: self.world.schedules.write(lease))

    def remove(self, lease: Lease) -> Outcome:
        told = f"remove the lease on {_short(lease.subject)}"
        return self.calls.change("leases", told, lambda: self.world.schedules.remove(lease))


def make_tools(world: World, calls: Calls) -> Tools:
    settings = ControllerEnvironment("bucket", "key", tuple(world.wirings), world.plan.slots, "group", "role", "dlq")
    adapters: dict[str, Callable[[World, Calls], Any]] = {
        "wirings": Wirings,
        "records": Records,
        "depths": Depths,
        "noise": Noise,
        "mappings": Mappings,
        "models": Models,
        "leases": Leases,
    }
    return cast(Tools, Tools(settings=settings, **{name: make(world, calls) for name, make in adapters.items()}))


def _short(arn: str) -> str:
    return arn.rpartition("version/")[2].partition("/")[0]
