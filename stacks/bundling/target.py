"""The Python and the platform that wheels are chosen for."""

import subprocess
from dataclasses import dataclass

from labelpipe.core.errors import Problem

PYTHON_VERSION = "3.13"

_PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
"""Amazon Linux 2023, on which the runtime is built, has glibc 2.34. Source: AL2023 User Guide, "Core toolchain"."""


@dataclass(frozen=True)
class Target:
    """identity: text that differs when other wheels are wanted. options: what tells uv so."""

    identity: str
    options: tuple[str, ...]


def lambda_target(architecture: str) -> Target:
    """The runtime on AWS."""
    platform = _PLATFORMS[architecture]
    return Target(f"{platform} {PYTHON_VERSION}", ("--python-version", PYTHON_VERSION, "--python-platform", platform))


def host_target(python: str) -> Target:
    """An interpreter of this machine: where a local AWS runs the functions."""
    ask = "import sys, sysconfig; print(sysconfig.get_platform(), sys.version)"
    try:
        answer = subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"labelpipe:local: '{python}' is no Python that runs here; name the local AWS's own") from error
    return Target(answer.strip(), ("--python", python))
