"""The stand-in for Custom Labels, as a program beside the local AWS."""

import os
import socket
import sys
from pathlib import Path

from labelpipe.local.cloud import Cloud
from labelpipe.local.processes import Program


def start_standin(cloud: Cloud, *, port: int, folder: Path, lasting: bool, start_seconds: float = 4) -> Program:
    """Start it and wait until it listens. It reads manifests and images from the local S3, as the service does."""
    command = [sys.executable, "-m", "labelpipe.standin", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--state", str(folder / "standin"), "--s3-endpoint-url", cloud.endpoint]
    command += ["--cloudwatch-endpoint-url", cloud.endpoint]
    command += ["--start-seconds", str(start_seconds), "--stop-seconds", "1"]
    env = cloud.environment(os.environ) | {"PYTHONUNBUFFERED": "1"}
    log = folder / "standin.log"
    program = Program.start("the stand-in", command, env=env, log=log, lasting=lasting)
    program.wait_until(lambda: _listens(port))
    return program


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
