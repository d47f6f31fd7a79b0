"""Looking at every route as the controller does, and changing nothing: no message is received, no state written."""

from dataclasses import dataclass, replace
from datetime import datetime

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.depths import Depths
from labelpipe.aws.leases import Leases
from labelpipe.aws.mappings import Mappings
from labelpipe.aws.models import Models
from labelpipe.aws.records import Records, usable_release
from labelpipe.aws.wirings import Wirings
from labelpipe.core.control.handover import may_overlap
from labelpipe.core.control.leases import Kind, Lease
from labelpipe.core.control.observations import Model, Observation
from labelpipe.core.control.policy import Policy
from labelpipe.core.control.running import Decision, decide
from labelpipe.core.environment import ControllerEnvironment
from labelpipe.core.errors import Problem
from labelpipe.core.releases import Release
from labelpipe.core.wiring import RouteWiring
from labelpipe.settings.choosing import some_routes


@dataclass(frozen=True)
class Watched:
    """All that the controller would decide from, seen once."""

    routes: tuple[Observation, ...]
    strays: tuple[Model, ...]
    """Leased models that no route has: they take slots."""
    slots: int
    """Models that the account runs at once."""

    def decisions(self) -> dict[str, Decision]:
        """What the controller would decide now, by route."""
        return decide(self.routes, self.strays, self.slots)

    def chosen(self, route: str | None) -> tuple[Observation, ...]:
        """That route, or all of them; a Problem for a name that no route has."""
        return tuple(some_routes({seen.name: seen for seen in self.routes}, route).values())


@dataclass(frozen=True)
class Watch:
    """What is asked. Errors of AWS escape as botocore's; a record that cannot be read is a Problem."""

    settings: ControllerEnvironment
    wirings: Wirings
    records: Records
    depths: Depths
    mappings: Mappings
    models: Models
    leases: Leases

    @classmethod
    def of(cls, controller: str, clients: ControlClients) -> "Watch":
        """controller: name of the deployed function, whose own environment says where everything is."""
        found = clients.functions().get_function_configuration(FunctionName=controller)
        settings = ControllerEnvironment.from_env(found["Environment"]["Variables"])
        lease = (settings.lease_group, settings.lease_role_arn, settings.lease_dead_letter_queue_arn)
        return cls(
            settings=settings,
            wirings=Wirings(clients.ssm()),
            records=Records(clients.s3(), settings.bucket, settings.key_arn),
            depths=Depths(clients.sqs()),
            mappings=Mappings(clients.functions()),
            models=Models(clients, settings.bucket),
            leases=Leases(clients.scheduler(), *lease),
        )

    def look(self, now: datetime) -> Watched:
        """Every route. now: a moment before the first read."""
        leases = {(lease.kind, lease.subject): lease for lease in self.leases.all()}
        routes = tuple(self._route(parameter, leases, now) for parameter in self.settings.route_parameters)
        known = {model.arn for seen in routes for model in seen.models}
        lost = [lease for lease in leases.values() if lease.kind is not Kind.QUEUE and lease.subject not in known]
        strays = (replace(self.models.describe(each.subject, each.parent_arn), lease=each) for each in lost)
        return Watched(routes, tuple(strays), self.settings.max_running_models)

    def _route(self, parameter: str, leases: dict[tuple[Kind, str], Lease], now: datetime) -> Observation:
        wiring = self.wirings.route(parameter)
        try:
            memory, override = self.records.memory(wiring.name).memory, self.records.override(wiring.name)
        except (ValueError, KeyError, TypeError) as error:
            raise Problem(f"a record of route {wiring.name} cannot be read ({error}): update labelpipe") from error
        key = self.wirings.release_key(wiring.release_parameter)
        release, reason = usable_release(self.records, wiring, key)
        models, former = self._models(release, leases), self._former(wiring, key, leases) if release else ()
        return Observation(
            now=now,
            wiring=wiring,
            policy=Policy.parse(wiring.policy),
            depth=self.depths.depth(wiring.queue_url),
            mapping=self.mappings.state(wiring.mapping_id),
            models=former if may_overlap(former, models) else models,
            refusal=reason,
            memory=memory,
            override=override,
            queue_lease=leases.get((Kind.QUEUE, wiring.mapping_id)),
        )

    def _former(self, wiring: RouteWiring, key: str | None, leases: dict[tuple[Kind, str], Lease]) -> tuple[Model, ...]:
        """What answers while the next release's models start: they are strays here, which take slots."""
        served = self.wirings.release_key(wiring.serving_parameter) if wiring.serving_parameter else key
        return () if served == key else self._models(usable_release(self.records, wiring, served)[0], leases)

    def _models(self, release: Release | None, leases: dict[tuple[Kind, str], Lease]) -> tuple[Model, ...]:
        return tuple(
            replace(self.models.describe(m.version_arn, m.project_arn, m.name), lease=leases.get(_key(m.version_arn)))
            for m in (release.models if release else ())
        )


def _key(arn: str) -> tuple[Kind, str]:
    return Kind.of(arn), arn
