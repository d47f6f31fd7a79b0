"""What the function works with: settings and adapters, put together once per environment."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Self

from labelpipe.aws.announcements import Announcements
from labelpipe.aws.clients import Clients
from labelpipe.aws.custom_labels import CustomLabels
from labelpipe.aws.endpoints import Endpoints
from labelpipe.aws.messages import Messages
from labelpipe.aws.objects import Images
from labelpipe.aws.pointer import ReleasePointer
from labelpipe.aws.results import Results
from labelpipe.core.environment import InferenceEnvironment
from labelpipe.core.inference.pacing import Pace
from labelpipe.core.releases import REKOGNITION, SAGEMAKER
from lambdas.inference.models import Backend, Models
from lambdas.inference.turns import Turns


@dataclass(frozen=True)
class Tools:
    """Any thread may use them."""

    settings: InferenceEnvironment
    images: Images
    model: Models
    results: Results
    messages: Messages
    pointer: ReleasePointer
    announcements: Announcements | None = None
    """None when nobody wants to hear of results."""

    @classmethod
    def of(cls, settings: InferenceEnvironment, clients: Clients) -> Self:
        """The adapters of one route."""
        s3 = clients.s3()
        bus = settings.event_bus
        return cls(
            settings=settings,
            images=Images(s3, settings.bucket),
            model=Models(_backends(clients), lambda: _turns(settings)),
            results=Results(s3, settings.bucket, settings.key_arn),
            messages=Messages(clients.sqs(), settings.queue_url, settings.dead_letter_queue_url),
            pointer=ReleasePointer(clients.ssm(), s3, parameter=settings.release_parameter, bucket=settings.bucket),
            announcements=Announcements(clients.events(), bus) if bus else None,
        )


def _backends(clients: Clients) -> dict[str, Callable[[], Backend]]:
    return {
        REKOGNITION: lambda: CustomLabels(clients.rekognition()),
        SAGEMAKER: lambda: Endpoints(clients.endpoints()),
    }


def _turns(settings: InferenceEnvironment) -> Turns:
    return Turns(Pace.of(settings.rate, settings.max_concurrency, time.time(), random.random()))


@cache
def tools() -> Tools:
    """The composition root: it alone meets the environment, and importing it makes no client."""
    return Tools.of(InferenceEnvironment.from_env(os.environ), Clients())
