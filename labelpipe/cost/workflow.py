"""What public samples do instead of a controller: an hourly workflow.

Each hour it looks whether work waits. If so it starts the model, looks every 15 minutes whether it runs, releases the
queue, waits 59 minutes, looks again, and stops the model when nothing waits.
Source: template.yaml of aws-samples/amazon-rekognition-custom-labels-batch-processing.

It looks once, on a clock of minutes, so what was answered in the last minute is still in the counts that it sees: those
of a queue may be as old. Source: Amazon SQS API Reference, GetQueueAttributes. With counts that are never late it would
cost less where images come all the time: at two a minute about USD 1,500 a month instead of 2,500.
"""

from math import ceil

from labelpipe.cost.arrivals import Arrivals
from labelpipe.cost.physics import Line, Physics, Server, State

_HOUR, _LOOK, _HOLD, _LAG = 60, 15, 59, 1


def hourly_workflow(arrivals: Arrivals, physics: Physics) -> tuple[Line, Server]:
    """What it answered when, and when its model was billed."""
    line, server, now = Line(arrivals.minutes, physics.per_minute), Server(physics), 0
    while now < arrivals.span or line.done < len(line.arrivals):
        if line.is_in_counts(now, _LAG):
            now = _work(line, server, now)
        now = (now // _HOUR + 1) * _HOUR
    server.close(now)
    return line, server


def _work(line: Line, server: Server, now: int) -> int:
    """From a start to a stop; when the workflow ends."""
    server.start(now)
    while server.at(now) is not State.RUNNING:
        now += _LOOK
    while True:
        line.serve(now, now + _HOLD)
        now += _HOLD
        if not line.is_in_counts(now, _LAG):
            break
    server.stop(now)
    now = ceil(server.ready_at())
    server.at(now)
    return now
