"""Errors of the services: each is a code of the API's model, an HTTP status and a message."""

from typing import ClassVar


class Refusal(Exception):
    """An error that the caller receives."""

    status: int = 400
    message: ClassVar[str] = ""

    def __init__(self, message: str | None = None, *, status: int | None = None) -> None:
        super().__init__(message or self.message)
        self.status = status or type(self).status

    @property
    def code(self) -> str:
        return type(self).__name__


class ServiceError(Refusal):
    """An error of Rekognition; a subclass is one code of the API.

    Codes, statuses and messages: "Error handling" in the Amazon Rekognition Developer Guide.
    """


class InvalidParameterException(ServiceError):
    message = "Request has invalid parameters"


class ResourceNotFoundException(ServiceError):
    message = "The resource could not be found."


class ResourceInUseException(ServiceError):
    message = "The resource is in use."


class ResourceAlreadyExistsException(ServiceError):
    message = "The resource already exists."


class ResourceNotReadyException(ServiceError):
    message = "The resource is not ready."


class LimitExceededException(ServiceError):
    message = "The limit for this resource has been exceeded."


class ServiceQuotaExceededException(ServiceError):
    message = "The size of the resource exceeds the allowed limit."


class InvalidPolicyRevisionIdException(ServiceError):
    message = "The policy revision ID is not valid."


class MalformedPolicyDocumentException(ServiceError):
    message = "The policy document is not valid."


class InvalidPaginationTokenException(ServiceError):
    message = "The pagination token is not valid."


class InvalidS3ObjectException(ServiceError):
    message = "Unable to get object metadata from S3. Check object key, region and/or access permissions."


class InvalidImageFormatException(ServiceError):
    message = "Request has invalid image format."


class ImageTooLargeException(ServiceError):
    message = "Image size is too large."


class ThrottlingException(ServiceError):
    message = "Slow down; sudden increase in rate of requests."


class ProvisionedThroughputExceededException(ServiceError):
    message = "Provisioned Rate exceeded."


class InternalServerError(ServiceError):
    status = 500
    message = "Internal server error."


class UnknownOperationException(ServiceError):
    """Not in the API's model: the wire's own answer to an operation that does not exist."""


class ValidationException(ServiceError):
    """Not in the API's model: what its reference gives for a MaxResults that is too large."""


class SerializationException(ServiceError):
    """Not in the API's model: the wire's own answer to a body that is not a JSON object."""
