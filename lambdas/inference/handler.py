"""Entry point of a route's inference function: a batch of SQS messages in, the ones that must come again out."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from labelpipe.core.inference.causes import Cause
from labelpipe.core.inference.messages import Message
from labelpipe.core.names import METRICS_NAMESPACE
from lambdas.inference.endings import Outcome
from lambdas.inference.tools import tools
from lambdas.inference.work import Worker

logger = Logger()
metrics = Metrics(namespace=METRICS_NAMESPACE, service="")  # or it would be a dimension too
_Work = Callable[[], list[Outcome]]

_MOST_THREADS = 16
_TO_ANSWER = 5
"""Seconds kept for answering Lambda, whatever a message's work is doing."""
_TO_GIVE_UP = 3
"""Seconds of them for telling what becomes of messages whose work has not ended."""
_LATE = Outcome((Cause.TIMED_OUT,), back=0)
"""Not even that has ended in time. The message comes again after the queue's visibility timeout."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work on all messages at once; report those that must come again."""
    messages = [Message.from_record(record) for record in event["Records"]]
    seconds = context.get_remaining_time_in_millis() / 1000 - _TO_ANSWER
    worker = Worker(tools(), context.aws_request_id, time.monotonic() + seconds)
    outcomes = _outcomes(worker, messages, seconds)
    _count([outcome for each in outcomes for outcome in each])
    again = [m for m, each in zip(messages, outcomes, strict=True) if any(o.back is not None for o in each)]
    return {"batchItemFailures": [{"itemIdentifier": message.id} for message in again]}


def _outcomes(worker: Worker, messages: list[Message], seconds: float) -> list[list[Outcome]]:
    """In the messages' order. What has not ended after so many seconds is late, and not waited for."""
    _, *outcomes = _at_once([worker.read_ahead, *(partial(worker.work, each) for each in messages)], seconds)
    late = [message for message, each in zip(messages, outcomes, strict=True) if each is None]
    given_up = iter(_at_once([partial(worker.give_up_on_time, each) for each in late], _TO_GIVE_UP))
    return [each or next(given_up) or [_LATE] for each in outcomes]


def _at_once(works: list[_Work], seconds: float) -> list[list[Outcome] | None]:
    """None of what has not ended after so many seconds: it goes on, if it has begun."""
    pool = ThreadPoolExecutor(_MOST_THREADS)
    futures = [pool.submit(work) for work in works]
    done, _ = wait(futures, timeout=max(seconds, 0))
    pool.shutdown(wait=False, cancel_futures=True)
    return [future.result() if future in done else None for future in futures]


def _count(outcomes: list[Outcome]) -> None:
    """By status and by cause, with the dimensions `Bucket` and `Route`, as the controller's."""
    settings = tools().settings
    metrics.set_default_dimensions(Bucket=settings.bucket, Route=settings.route)
    metrics.add_metric("Records", MetricUnit.Count, len(outcomes))
    for name, count in Counter(name for outcome in outcomes for name in outcome.counts).items():
        metrics.add_metric(name, MetricUnit.Count, count)
