"""The processes in which the local AWS runs functions."""

import os
import signal
import subprocess
from pathlib import Path


def kill_workers(folder: Path, function_name: str) -> int:
    """Those of one function, of the local AWS that keeps its things in folder; how many there were.

    With what they have started, which dies with them as all processes of an environment on AWS.
    """
    place = f"{folder}/tmp/ministack-lambda-{function_name}-"
    listed = subprocess.run(["ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    theirs = [line for line in listed.splitlines() if place in line]
    killed = [line for line in theirs if _kill(int(line.split()[0]))]
    return sum("/_worker.py" in line for line in killed)


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
