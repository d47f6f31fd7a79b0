"""The app as `cdk` runs it: without credentials, and with one line when the settings are wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LOOK = """
import runpy, sys
runpy.run_path("app.py", run_name="__main__")
print([name for name in ("boto3", "botocore", "lambdas", "labelpipe.aws") if name in sys.modules])
"""


def run(program, tmp_path, **context):
    """With an environment that knows nothing of AWS."""
    person = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | context
    app = {"CDK_OUTDIR": str(tmp_path / "out"), "CDK_CONTEXT_JSON": json.dumps(context)}
    aws = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    command = [sys.executable, *program]
    return subprocess.run(command, cwd=ROOT, env=person | app | aws, capture_output=True, text=True, check=False)


def test_synthesis_needs_no_credentials_opens_no_client_and_runs_no_handler(tmp_path):
    """Nor does it say anything, so that what the command line prints is about the deployment."""
    done = run(["-c", LOOK], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    assert (tmp_path / "out" / "labelpipe.template.json").exists()


def test_wrong_settings_are_told_in_one_line_without_a_traceback(tmp_path):
    (tmp_path / "wrong.toml").write_text("[routes.bees]\nprefix = 'bees'\nmodels = [{ name = 'a', project = 'b' }]")
    done = run(["app.py"], tmp_path, **{"labelpipe:settings": str(tmp_path / "wrong.toml")})
    assert done.returncode == 1
    assert done.stderr == f"labelpipe: {tmp_path}/wrong.toml: routes.bees.prefix: 'bees' must end in \"/\"\n"
    assert not list((tmp_path / "out").glob("*.template.json"))
