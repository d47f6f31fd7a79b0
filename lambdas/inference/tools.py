"""What the function works with: settings and adapters, put together once per environment."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Self

from labelpipe.aws.clients import Clients
from labelpipe.aws.custom_labels import CustomLabels
from labelpipe.aws.messages import Messages
from labelpipe.aws.objects import Images
from labelpipe.aws.pointer import ReleasePointer
from labelpipe.aws.results import Results
from labelpipe.core.environment import InferenceEnvironment


@dataclass(frozen=True)
class Tools:
    """Any thread may use them."""

    settings: InferenceEnvironment
    images: Images
    model: CustomLabels
    results: Results
    messages: Messages
    pointer: ReleasePointer

    @classmethod
    def of(cls, settings: InferenceEnvironment, clients: Clients) -> Self:
        """The adapters of one route."""
        s3 = clients.s3()
        return cls(
            settings=settings,
            images=Images(s3, settings.bucket),
            model=CustomLabels(clients.rekognition()),
            results=Results(s3, settings.bucket, settings.key_arn),
            messages=Messages(clients.sqs(), settings.queue_url, settings.dead_letter_queue_url),
            pointer=ReleasePointer(clients.ssm(), s3, parameter=settings.release_parameter, bucket=settings.bucket),
        )


@cache
def tools() -> Tools:
    """The composition root: it alone meets the environment, and importing it makes no client."""
    return Tools.of(InferenceEnvironment.from_env(os.environ), Clients())
