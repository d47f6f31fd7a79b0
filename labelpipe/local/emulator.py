"""The local AWS: ministack, in an environment of its own, on the loopback only."""

import http.client
import os
from pathlib import Path

from labelpipe.local import paths
from labelpipe.local.processes import Program


def start_emulator(*, port: int, folder: Path, lasting: bool, enforce_iam: bool = False) -> Program:
    """Start it and wait until it answers. Its state is in folder, and survives a restart from there when lasting."""
    for name in ("home", "tmp", "state"):
        paths.make_folder(folder / name)
    # A clean environment, since whatever is in it leaks into the functions; the mutual TLS port of its IoT service
    # would listen on every interface.
    env = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "state/s3"),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1" if lasting else "0",
        "S3_PERSIST": "1" if lasting else "0",
        "AUTH": str(enforce_iam).lower(),
        "LOG_LEVEL": "WARNING",
    }
    command = [paths.LOCAL_PYTHON, "-m", "ministack"]
    program = Program.start("the local AWS", command, env=env, log=folder / "aws.log", lasting=lasting)
    program.wait_until(lambda: _healthy(port))
    return program


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
