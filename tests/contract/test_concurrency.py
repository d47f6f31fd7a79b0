"""A hundred clients at once, and a server that is killed while they write."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from labelpipe.standin.server import ThreadedStandin
from labelpipe.standin.store import Store
from tests.fuzz.caller import Caller
from tests.fuzz.cases import Case, post
from tests.fuzz.ground import NO_RATES, Server

CLIENTS = 100


def call(caller: Caller, operation: str, **value: Any) -> tuple[int, Any]:
    """Status and body; 0 when the server went away."""
    reply = caller.ask(Case(0, operation, "valid", value, post(operation, json.dumps(value).encode())))
    return (reply.status, json.loads(reply.body or b"{}")) if reply else (0, {})


def at_once(url: str, work: Callable[[Caller, int], Any]) -> list[Any]:
    """What a hundred clients, each with a connection, came to; they begin together."""
    together = threading.Barrier(CLIENTS)

    def one(number: int) -> Any:
        caller = Caller(url)
        together.wait()
        try:
            return work(caller, number)
        finally:
            caller.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(CLIENTS)))


def life(caller: Caller, number: int) -> str:
    """A project, a dataset, tags, a model of SageMaker: made, asked for, changed and half of it taken away again."""
    status, made = call(caller, "CreateProject", ProjectName=f"p{number}", Tags={"a": "b"})
    assert status == 200, made
    arn = made["ProjectArn"]
    assert call(caller, "CreateProject", ProjectName=f"p{number}")[0] == 400
    assert call(caller, "CreateDataset", ProjectArn=arn, DatasetType="TRAIN")[0] == 200
    assert call(caller, "TagResource", ResourceArn=arn, Tags={"n": str(number)})[0] == 200
    assert call(caller, "ListTagsForResource", ResourceArn=arn)[1] == {"Tags": {"a": "b", "n": str(number)}}
    (found,) = call(caller, "DescribeProjects", ProjectNames=[f"p{number}"])[1]["ProjectDescriptions"]
    assert (found["ProjectArn"], len(found["Datasets"])) == (arn, 1)
    assert call(caller, "DescribeProjectVersions", ProjectArn=arn) == (200, {"ProjectVersionDescriptions": []})
    model = {"ModelName": f"m{number}", "PrimaryContainer": {"Environment": {"A": str(number)}}}
    assert call(caller, "CreateModel", **model)[0] == 200
    assert call(caller, "DescribeModel", ModelName=f"m{number}")[1]["PrimaryContainer"] == model["PrimaryContainer"]
    if number % 2:
        assert call(caller, "DeleteModel", ModelName=f"m{number}")[0] == 200
    return arn


@pytest.fixture
def free(tmp_path: Path) -> Any:
    """A server without rates."""
    with ThreadedStandin(tmp_path) as server:
        Server(None, server.url, tmp_path).put("/_standin/limits", NO_RATES)
        yield server


def test_a_hundred_clients_are_each_answered_as_if_alone(free, tmp_path: Path) -> None:
    arns = at_once(free.url, life)
    assert len(set(arns)) == CLIENTS
    kept = [resource.arn for resource in Store(tmp_path).load()]
    assert set(arns) <= set(kept)
    assert len(kept) == 2 * CLIENTS
    models = json.loads((tmp_path / "sagemaker.json").read_text())
    assert sorted(row["name"] for row in models) == sorted(f"m{number}" for number in range(0, CLIENTS, 2))


def test_one_of_a_hundred_gets_what_only_one_can_have(free) -> None:
    made = at_once(free.url, lambda caller, _: call(caller, "CreateProject", ProjectName="bees"))
    assert sorted(status for status, _ in made) == [200] + [400] * (CLIENTS - 1)
    arn = next(body["ProjectArn"] for status, body in made if status == 200)
    sets = at_once(free.url, lambda caller, _: call(caller, "CreateDataset", ProjectArn=arn, DatasetType="TEST")[0])
    assert sorted(sets) == [200] + [400] * (CLIENTS - 1)


def test_what_was_answered_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    """Each life of the server is killed while clients write. The next one has all that was confirmed."""
    made: dict[str, str] = {}
    gone: set[str] = set()
    for number in range(6):
        with Server.begin(tmp_path, "http://127.0.0.1:9") as server:
            server.put("/_standin/limits", {**NO_RATES, "projects": None})
            here = _listed(server)
            assert {arn for name, arn in made.items() if name not in gone} <= here, f"life {number}"
            assert not {made[name] for name in gone} & here
            writers = [
                threading.Thread(target=_write, args=(server.url, f"{number}-{n}", made, gone)) for n in range(4)
            ]
            for writer in writers:
                writer.start()
            enough = len(made) + 3 + 5 * number
            while len(made) < enough and any(writer.is_alive() for writer in writers):
                time.sleep(0.01)
            os.kill(server.process.pid, signal.SIGKILL)
            for writer in writers:
                writer.join()
    assert len(made) > 20


def _write(url: str, name: str, made: dict[str, str], gone: set[str]) -> None:
    """Until the server is dead: projects, each taken away after the next. Only what is confirmed counts."""
    caller, number, last = Caller(url), 0, ""
    while True:
        project = f"{name}-{number}"
        status, body = call(caller, "CreateProject", ProjectName=project)
        if status != 200:
            return
        made[project] = body["ProjectArn"]
        call(caller, "CreateDataset", ProjectArn=made[project], DatasetType="TRAIN")
        if last:
            unsure, arn = last, made.pop(last)
            if call(caller, "DeleteProject", ProjectArn=arn)[0] != 200:
                return
            made[unsure] = arn
            gone.add(unsure)
        number, last = number + 1, project


def _listed(server: Server) -> set[str]:
    found, page = set(), {}
    while True:
        reply = server.call("DescribeProjects", **page)
        found |= {each["ProjectArn"] for each in reply["ProjectDescriptions"] if each["Status"] != "DELETING"}
        if "NextToken" not in reply:
            return found
        page = {"NextToken": reply["NextToken"]}


def test_a_hundred_open_connections_do_not_keep_it_from_ending(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "labelpipe.standin", "--state", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().split()[-1]
        callers = [Caller(url) for _ in range(CLIENTS)]
        assert all(call(caller, "DescribeProjects")[0] in (200, 400) for caller in callers)
        process.terminate()
        assert process.wait(30) == 0
        for caller in callers:
            caller.close()
