"""What public samples do instead of a controller: an hourly workflow.

Each hour it looks whether work waits. If so it starts the model, looks every 15 minutes whether it runs, releases the
queue, waits 59 minutes, looks again, and stops the model when nothing waits.
Source: template.yaml of aws-samples/amazon-rekognition-custom-labels-batch-processing.
"""

from math import ceil

from labelpipe.cost.arrivals import Arrivals
from labelpipe.cost.physics import Line, Physics, Server, State

_HOUR, _LOOK, _HOLD = 60, 15, 59


def hourly_workflow(arrivals: Arrivals, physics: Physics) -> tuple[Line, Server]:
    """What it answered when, and when its model was billed."""
    line, server, now = Line(arrivals.minutes, physics.per_minute), Server(physics), 0
    while now < arrivals.span or line.done < len(line.arrivals):
        if line.waiting(now):
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
        if not line.waiting(now):
            break
    server.stop(now)
    now = ceil(server.ready_at())
    server.at(now)
    return now
