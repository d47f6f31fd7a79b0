"""A local AWS that keeps running: up, status and down, with its state and ports kept in between."""

import json
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labelpipe.core.errors import Problem
from labelpipe.local import paths
from labelpipe.local.cloud import Cloud
from labelpipe.local.deployment import Deployment, finish
from labelpipe.local.emulator import start_emulator
from labelpipe.local.first_models import release_first_models
from labelpipe.local.node import require_node
from labelpipe.local.phases import Phases
from labelpipe.local.processes import alive, require_free, stop_group
from labelpipe.local.standin import start_standin
from labelpipe.operations.pipeline import DeployedRoute, Pipeline
from labelpipe.settings import Settings, load_settings

DEFAULT_PORT = 4666
_RECORD = "up.json"


@dataclass(frozen=True)
class Lasting:
    """What is up. processes: name to process id of each program; they are found again by it."""

    cloud: Cloud
    processes: dict[str, int]
    pipeline: Pipeline | None = None

    @classmethod
    def from_json(cls, text: str) -> "Lasting":
        """The inverse of `json.dumps(asdict(self))`."""
        value = json.loads(text)
        pipeline = value["pipeline"]
        if pipeline:
            pipeline = Pipeline(**pipeline | {"routes": tuple(DeployedRoute(**route) for route in pipeline["routes"])})
        return cls(Cloud(**value["cloud"]), value["processes"], pipeline)

    @property
    def port(self) -> int:
        """Of the local AWS."""
        return self.cloud.port

    def running(self) -> dict[str, int]:
        """Those of its programs that still run."""
        return {name: pid for name, pid in self.processes.items() if alive(pid) and _is_ours(pid)}

    def to_status(self) -> dict[str, Any]:
        """For `local status --json`."""
        if self.pipeline is None:
            raise Problem("the local AWS was not deployed to the end: run 'labelpipe local up' again")
        return {
            "endpoint": self.cloud.endpoint,
            "rekognition_endpoint": self.cloud.rekognition,
            "bucket": self.pipeline.bucket,
            "routes": [asdict(route) for route in self.pipeline.routes],
            "controller_function_name": self.pipeline.controller_function_name,
            "process_ids": sorted(self.running().values()),
        }


def _is_ours(pid: int) -> bool:
    """Process ids come round again: one that does something else by now is none of ours."""
    told = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "ministack" in told.stdout or "labelpipe.standin" in told.stdout


def load() -> Lasting | None:
    """What was up last; None when nothing ever was."""
    record = paths.LOCAL / _RECORD
    return Lasting.from_json(record.read_text()) if record.exists() else None


def _save(lasting: Lasting) -> None:
    (paths.LOCAL / _RECORD).write_text(json.dumps(asdict(lasting), indent=2) + "\n")


def require_up() -> Lasting:
    """What is up now; a Problem when nothing is."""
    lasting = load()
    if not lasting or not lasting.running():
        raise Problem("the local AWS is not running: start it with 'labelpipe local up'")
    return lasting


def down() -> list[str]:
    """End the programs; the names of those that ran. State and ports are kept."""
    lasting = load()
    running = lasting.running() if lasting else {}
    for pid in running.values():
        stop_group(pid)
    return list(running)


def delete() -> list[str]:
    """End the programs, and forget everything that was in them; the names of those that ran."""
    stopped = down()
    shutil.rmtree(paths.LOCAL, ignore_errors=True)
    return stopped


def up(settings_file: Path, *, port: int | None, rekognition: str | None, phases: Phases) -> Lasting:
    """Start what does not run yet, and deploy the settings. After a failure nothing runs that did not run before."""
    settings = load_settings(settings_file)
    paths.require_installed()
    require_node()
    folder, before = paths.make_folder(paths.LOCAL), load()
    cloud = _choose(before, port, rekognition)
    with ExitStack() as undo:
        processes = _start(undo, cloud, before, phases, own_standin=rekognition is None)
        pipeline = _deploy(
            undo, Deployment(cloud, settings_file, folder), settings, phases, first=not _bootstrapped(before)
        )
        lasting = Lasting(cloud, processes, pipeline)
        _save(lasting)
        if rekognition is None:
            release_first_models(cloud, pipeline, settings, folder, phases)
        undo.pop_all()
    return lasting


def _another_port(before: Lasting | None) -> str:
    """What to do about a port that is taken."""
    return "'labelpipe local down --delete' to begin afresh on another" if before else "--port with another number"


def _bootstrapped(before: Lasting | None) -> bool:
    return before is not None and before.pipeline is not None


def _choose(before: Lasting | None, port: int | None, rekognition: str | None) -> Cloud:
    """The ports of last time, since what is deployed has learnt them. The stand-in's is the one above."""
    if before and port not in (None, before.port):
        raise Problem(
            f"the local AWS was deployed on port {before.port}, and keeps it: leave --port out, "
            "or begin afresh with 'labelpipe local down --delete'"
        )
    port = before.port if before else port or DEFAULT_PORT
    return Cloud(f"http://127.0.0.1:{port}", rekognition or f"http://127.0.0.1:{port + 1}")


def _start(
    undo: ExitStack, cloud: Cloud, before: Lasting | None, phases: Phases, *, own_standin: bool
) -> dict[str, int]:
    """Start what does not run. Programs that listen elsewhere than they should now are ended first."""
    running = before.running() if before else {}
    if before and before.cloud != cloud:
        down()
        running = {}
    port = int(cloud.endpoint.rpartition(":")[2])
    with phases.phase("Start the local AWS") as say:
        if "aws" not in running:
            require_free(port, _another_port(before))
            program = start_emulator(port=port, folder=paths.LOCAL, lasting=True)
            undo.callback(program.stop)
            running["aws"] = program.process.pid
        if own_standin and "standin" not in running:
            require_free(port + 1, _another_port(before))
            program = start_standin(cloud, port=port + 1, folder=paths.LOCAL, lasting=True)
            undo.callback(program.stop)
            running["standin"] = program.process.pid
        say(cloud.endpoint)
    _save(Lasting(cloud, running, before.pipeline if before else None))
    return running


def _deploy(undo: ExitStack, deployment: Deployment, settings: Settings, phases: Phases, *, first: bool) -> Pipeline:
    if first:
        with phases.phase("cdk bootstrap"):
            bootstrap = deployment.start_bootstrap()
            undo.callback(bootstrap.stop)
            finish(bootstrap)
    with phases.phase("cdk deploy") as say:
        deploy = deployment.start_deploy()
        undo.callback(deploy.stop)
        finish(deploy)
        pipeline = Pipeline.from_outputs(settings, deployment.outputs(settings.name))
        say(f"bucket {pipeline.bucket}")
    return pipeline
