"""Errors of SageMaker and of its runtime: a code, an HTTP status and a message, as AWS sends them."""

from __future__ import annotations

from labelpipe.standin.errors import Refusal


class SageMakerError(Refusal):
    """An error that the caller receives; a subclass is one code."""


class ValidationException(SageMakerError):
    """Common to every operation of the control plane, and in no operation's model: whatever is wrong or not there."""


class SerializationException(SageMakerError):
    """Not in the model: the wire's own answer to a body that is not JSON."""


class ThrottlingException(SageMakerError):
    """Common to every operation, and in no operation's model."""

    message = "Rate exceeded"


class InternalFailure(SageMakerError):
    status = 500
    message = "An internal failure occurred."


class ValidationError(SageMakerError):
    message = "Inspect your request and try again."


class ServiceUnavailable(SageMakerError):
    status = 503
    message = "The service is currently unavailable."


class InternalDependencyException(SageMakerError):
    status = 530
    message = "Your request caused an exception with an internal dependency."


class ModelNotReadyException(SageMakerError):
    status = 429
    message = "The model is still being loaded."


class ModelError(SageMakerError):
    """The container answered with an error of its own: its status and its text."""

    status = 424

    def __init__(self, original_status: int, text: str) -> None:
        side = "client" if original_status < 500 else "server"
        super().__init__(
            f'Received {side} error ({original_status}) from primary with message "{text}". '
            "See the endpoint's log group for more information."
        )
        self.original_status, self.original_message = original_status, text
