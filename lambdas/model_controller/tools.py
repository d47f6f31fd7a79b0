"""What the controller works with: settings and adapters, put together once per environment."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Self

from labelpipe.aws.control_clients import ControlClients
from labelpipe.aws.depths import Depths
from labelpipe.aws.leases import Leases
from labelpipe.aws.mappings import Mappings
from labelpipe.aws.models import Models
from labelpipe.aws.noise import NoiseFilter
from labelpipe.aws.records import Records
from labelpipe.aws.wirings import Wirings
from labelpipe.core.environment import ControllerEnvironment


@dataclass(frozen=True)
class Tools:
    """One adapter for each thing that is seen or changed."""

    settings: ControllerEnvironment
    wirings: Wirings
    records: Records
    depths: Depths
    noise: NoiseFilter
    mappings: Mappings
    models: Models
    leases: Leases

    @classmethod
    def of(cls, settings: ControllerEnvironment, clients: ControlClients) -> Self:
        """Both functions' adapters: what a function never calls, its role need not allow."""
        queues = clients.sqs()
        lease = (settings.lease_group, settings.lease_role_arn, settings.lease_dead_letter_queue_arn)
        return cls(
            settings=settings,
            wirings=Wirings(clients.ssm()),
            records=Records(clients.s3(), settings.bucket, settings.key_arn),
            depths=Depths(queues),
            noise=NoiseFilter(queues),
            mappings=Mappings(clients.functions()),
            models=Models(clients, settings.bucket),
            leases=Leases(clients.scheduler(), *lease),
        )


@cache
def tools() -> Tools:
    """The composition root: it alone meets the environment, and importing it makes no client."""
    return Tools.of(ControllerEnvironment.from_env(os.environ), ControlClients())
