"""Before the stack goes: hold every queue, stop every model that holds a lease, see them stop.

A CloudFormation custom resource. Source: AWS CloudFormation User Guide, "Custom resource request objects".
"""

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from labelpipe.core.errors import Problem
from lambdas.model_controller.stopping import Patience, stop_all
from lambdas.model_controller.tools import tools

log = Logger(service="stop-before-delete")

_SPARE = 20.0
"""Seconds kept for the answer: without one, CloudFormation waits an hour."""


class Context(Protocol):
    """What Lambda tells of an invocation."""

    log_stream_name: str

    def get_remaining_time_in_millis(self) -> int:
        """Before the function is ended."""


def handler(event: dict[str, Any], context: Context) -> None:
    """Only a Delete has something to do. Every way ends in an answer."""
    trouble = None
    if event["RequestType"] == "Delete":
        trouble = _stop(lambda: context.get_remaining_time_in_millis() / 1000 - _SPARE)
    answer(event, context.log_stream_name, trouble)


def _stop(time_left: Callable[[], float]) -> str | None:
    """Why something may still run, or None."""
    try:
        stop_all(tools(), Patience(lambda: datetime.now(UTC), time_left, time.sleep), log)
    except Problem as problem:
        log.error("%s", problem)
        return str(problem)
    except Exception as error:
        log.exception("could not stop everything")
        return f"{type(error).__name__}: {error}; look for running models: `aws rekognition describe-projects`"
    return None


def answer(event: dict[str, Any], log_stream: str, trouble: str | None) -> None:
    """Tell CloudFormation. Reason holds 4096 bytes with the rest: the sentence comes first."""
    body = {
        "Status": "FAILED" if trouble else "SUCCESS",
        "Reason": (trouble or f"See the log stream {log_stream}")[:1500],
        "PhysicalResourceId": event.get("PhysicalResourceId", "running-models"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    request = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's own
        event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - the same
        pass
