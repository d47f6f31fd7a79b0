"""Many callers at once, and what is left of the server when they are done."""

import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.fuzz.caller import Caller
from tests.fuzz.cases import Case, make
from tests.fuzz.ground import Server, prepare, s3, wait
from tests.fuzz.judging import Reply, wrong
from tests.fuzz.known import Known

CALLERS = 8
MOST_MEMORY = 500 * 1024**2  # bytes, with a model and scikit-learn loaded


@dataclass
class Told:
    """What came of a campaign. replies: by operation and status, 0 for a connection that closed; slowest in seconds."""

    seed: int
    requests: int
    replies: Counter[tuple[str, int]] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory: int = 0

    def take(self, case: Case, reply: Reply | None, seconds: float) -> None:
        self.replies[case.operation, reply.status if reply else 0] += 1
        self.kinds[case.kind] += 1
        self.slowest[case.operation] = max(seconds, self.slowest.get(case.operation, 0.0))
        self.faults += [f"case {case.number} ({case.operation}, {case.kind}): {why}" for why in wrong(case, reply)]


def run(seed: int, requests: int, callers: int = CALLERS) -> Told:
    """Fuzz a server of its own in a folder of its own."""
    told = Told(seed, requests)
    with tempfile.TemporaryDirectory() as name, s3() as objects:
        with Server.begin(Path(name), objects.url) as server:
            known, resting = prepare(server, objects), server.threads()
            began = time.perf_counter()
            _ask(server.url, known, told, callers)
            told.seconds = time.perf_counter() - began
            told.faults += _vital(server, resting, told)
            projects = _projects(server)
            told.faults += _ended(server)
        with Server.begin(Path(name), objects.url) as server:
            if _projects(server) != projects:
                told.faults.append("the projects are not the same in the next life")
    return told


def _ask(url: str, known: Known, told: Told, callers: int) -> None:
    numbers, lock = count(), threading.Lock()

    def work() -> None:
        caller = Caller(url)
        while (number := next(numbers)) < told.requests:
            case = make(told.seed, number, known)
            began = time.perf_counter()
            reply = caller.ask(case)
            took = time.perf_counter() - began
            with lock:
                told.take(case, reply, took)
            if reply and reply.status == 200 and case.value is not None:
                known.learn(json.loads(reply.body or b"{}"))
        caller.close()

    threads = [threading.Thread(target=work) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _vital(server: Server, resting: int, told: Told) -> Iterator[str]:
    """What is not as it was. A training that still runs has a thread, so this waits for it."""
    if not wait(lambda: server.threads() <= resting, 30):
        yield f"{server.threads()} threads, {resting} before"
    told.memory = server.memory()
    if told.memory > MOST_MEMORY:
        yield f"{told.memory:,} bytes of memory"


def _ended(server: Server) -> Iterator[str]:
    server.process.terminate()
    if (status := server.process.wait(60)) != 0:
        yield f"the server ended with {status}"
    if "Traceback" in (said := server.log.read_text()):
        yield f"the server said: {said[-3000:]}"


def _projects(server: Server) -> list[str]:
    found, page = [], {}
    while True:
        reply = server.call("DescribeProjects", **page)
        found += [each["ProjectArn"] for each in reply["ProjectDescriptions"] if each["Status"] != "DELETING"]
        if "NextToken" not in reply:
            return sorted(found)
        page = {"NextToken": reply["NextToken"]}
