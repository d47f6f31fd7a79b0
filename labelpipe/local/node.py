"""Node.js, which the CDK command runs on."""

import re
import shutil
import subprocess

from labelpipe.core.errors import Problem

OLDEST = 20


def require_node() -> None:
    """Raise a Problem unless Node.js 20 or newer answers on the PATH."""
    node = shutil.which("node")
    if not node:
        raise Problem(f"Node.js {OLDEST} or newer is needed by the AWS CDK, and 'node' is not on the PATH: install it")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = re.match(r"v(\d+)\.", version)
    if not major or int(major[1]) < OLDEST:
        found = version or "unknown"
        raise Problem(f"Node.js {OLDEST} or newer is needed by the AWS CDK, and {node} is {found}: install a newer one")
