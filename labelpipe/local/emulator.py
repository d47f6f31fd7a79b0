"""The local AWS: ministack, in an environment of its own, on the loopback only."""

import http.client
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from labelpipe.local import paths
from labelpipe.local.processes import Program


@dataclass(frozen=True)
class Strict:
    """IAM enforced. It comes with TLS, since our policies deny plain HTTP and would be enforced too."""

    certificate: Path
    """PEM file, for 127.0.0.1. Every client has to trust it: AWS_CA_BUNDLE."""
    key: Path

    def to_env(self) -> dict[str, str]:
        """For ministack, and for the functions that it starts."""
        tls = {"USE_SSL": "1", "MINISTACK_SSL_CERT": str(self.certificate), "MINISTACK_SSL_KEY": str(self.key)}
        return tls | {"AUTH": "true", "AWS_CA_BUNDLE": str(self.certificate)}


def start_emulator(*, port: int, folder: Path, lasting: bool, strict: Strict | None = None) -> Program:
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
        "LOG_LEVEL": "WARNING",
        **(strict.to_env() if strict else {}),
    }
    command = [paths.LOCAL_PYTHON, "-m", "ministack"]
    program = Program.start("the local AWS", command, env=env, log=folder / "aws.log", lasting=lasting)
    program.wait_until(lambda: _healthy(port, strict))
    return program


def _healthy(port: int, strict: Strict | None) -> bool:
    connection = _connect(port, strict)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _connect(port: int, strict: Strict | None) -> http.client.HTTPConnection:
    if not strict:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    trust = ssl.create_default_context(cafile=str(strict.certificate))
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=2, context=trust)
