"""One side of bench/inference.py, in a process of its own: a handler, started as Lambda starts it.

    python -I -S bench/inference_side.py HANDLER FOLDER...

HANDLER is a module that the folders hold. Each line that comes in is an event for it; each line that goes out says what
that took. The first event finds nothing imported: its answer is a cold start.
"""

import importlib
import json
import os
import resource
import sys
import time


class Context:
    """What Lambda tells of the invocation."""

    function_name = "bench"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:bench"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def cpu() -> float:
    """Seconds of this process and of its children that have ended."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(name: str, folders: list[str]) -> None:
    sys.path[:0] = folders
    # What a handler logs goes where it costs nothing.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        event = json.loads(line)
        begun, used = time.perf_counter(), cpu()
        answer = importlib.import_module(name).handler(event, Context())
        took = {"wall": time.perf_counter() - begun, "cpu": cpu() - used, "answer": answer}
        answers.write(json.dumps(took) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
