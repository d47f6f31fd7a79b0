"""When a message comes again, and what the number of its deliveries tells: SQS gives no other memory of it."""

from bisect import bisect_right
from enum import Enum
from itertools import accumulate

from labelpipe.core.inference.causes import Cause

QUICK_WAIT = 15 * 60
"""Seconds: so long at most after a fault is mended within a day, everything is asked again. Well above the time after
which a message comes again that the function died on (six minutes, by default), or nothing would tell them apart."""
LONGEST_WAIT = 4 * 3600
"""Seconds: the same, after a day. SQS would allow 12 hours, counted from the receive. Source: Amazon SQS Developer
Guide, "Amazon SQS visibility timeout"."""
MOST_RECEIVES = 250
"""After so many deliveries the queue itself moves a message to the dead-letter queue. More than waiting makes of them
until `give_up_after`, also when the controller looks at the message each time that it comes: a test counts."""
BETWEEN_ATTEMPTS = 60
"""Seconds between two attempts at what is our own fault."""

_FIRST_WAIT = {Cause.MODEL_OFF: 120, Cause.ROUTE_FAULT: 120, Cause.TOO_FAST: 60, Cause.THEIR_FAULT: 60}
_A_DAY = 100
"""Deliveries: waiting makes about so many in a day."""
_CLOCKS = 5
"""Seconds by which the clocks of SQS and of the function may differ."""
_DOUBT = 3
"""Deliveries that waiting does not explain and that tell nothing yet: duplicates, and the controller's looks."""
_LAST = 5
"""Deliveries before the queue's own move for which a result must be there in any case."""


class Danger(Enum):
    """What a message's deliveries say of the image's past."""

    NONE = "none"
    SUSPECT = "the function may have died on it: a FAILED result comes first"
    CERTAIN = "the function has died on it again and again: it is given up"


def wait(cause: Cause, receive_count: int) -> int:
    """Seconds: doubles from delivery to delivery, up to QUICK_WAIT, and after about a day up to LONGEST_WAIT."""
    longest = QUICK_WAIT if receive_count <= _A_DAY else LONGEST_WAIT
    return min(_FIRST_WAIT[cause] << min(receive_count - 1, 20), longest)


def attempts_made(receive_count: int, since_first_receive: float) -> int:
    """Deliveries, at least one, that waiting does not explain. It explains as many as fit into the time at most."""
    return max(receive_count - _explained(since_first_receive), 1)


def danger(receive_count: int, since_first_receive: float, attempts: int, *, overdue: bool) -> Danger:
    """Before anything is tried that the function may not survive. Overdue: every wait would end in FAILED now."""
    explained, tolerated = _explained(since_first_receive), max(attempts, _DOUBT)
    if receive_count - 2 * explained > tolerated + _DOUBT:  # twice: the controller may have looked each time
        return Danger.CERTAIN
    last = receive_count > MOST_RECEIVES - _LAST
    return Danger.SUSPECT if last or overdue or receive_count - explained > tolerated else Danger.NONE


_COMES_AGAIN = tuple(accumulate(min(wait(cause, count) for cause in _FIRST_WAIT) for count in range(1, 200)))
"""Seconds after the first receive at which a message comes again where each wait is the shortest: for 17 days."""


def _explained(seconds: float) -> int:
    return bisect_right(_COMES_AGAIN, seconds + _CLOCKS)
