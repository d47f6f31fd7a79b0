"""Errors of AWS, and of the way to it, as failures with a cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.errors import Said, Table, failure


@contextmanager
def translated(table: Table) -> Iterator[None]:
    """Raise Failure for every error of AWS and of the way to it. Tables: core/inference/errors.py."""
    try:
        yield
    except ClientError as error:
        raise failure(_said(error), table, f"{error.operation_name}: {error}") from error
    except ParamValidationError as error:
        raise Failure(Cause.OUR_FAULT, f"botocore refuses the call: {error}") from error
    except BotoCoreError as error:  # no connection, no answer in time, half an answer
        raise Failure(Cause.THEIR_FAULT, f"no answer: {error}") from error


def _said(error: ClientError) -> Said:
    return Said(
        code=error_code(error),
        status=http_status(error),
        message=error.response.get("Error", {}).get("Message", ""),
        container_status=_container_status(error.response),
    )


def _container_status(answer: Any) -> int:
    """A member of SageMaker's ModelError alone."""
    status: int = answer.get("OriginalStatusCode", 0)
    return status


def error_code(error: ClientError) -> str:
    """As AWS names it; an HTTP status in digits where there was no body."""
    return error.response.get("Error", {}).get("Code", "")


def http_status(error: ClientError) -> int:
    """0 when unknown."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
