"""The CDK app, deployed to the local AWS by the real CDK command."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from labelpipe.core.errors import Problem
from labelpipe.local import paths
from labelpipe.local.cloud import ACCOUNT, REGION, Cloud
from labelpipe.local.processes import Program


@dataclass(frozen=True)
class Deployment:
    """Deploys to one local AWS. folder: for the command's own caches, outputs and logs."""

    cloud: Cloud
    settings: Path
    folder: Path

    def start_bootstrap(self) -> Program:
        """Begin `cdk bootstrap`: it needs no app."""
        return self._start("bootstrap", ["--app", "", f"aws://{ACCOUNT}/{REGION}"])

    def start_deploy(self) -> Program:
        """Begin `cdk deploy` of the stack that the settings name."""
        # An interrupted synth leaves half an asset behind, which the next one would take for a whole one.
        shutil.rmtree(self.folder / "cdk.out", ignore_errors=True)
        local = {"rekognition_endpoint": self.cloud.rekognition, "python": str(paths.LOCAL_PYTHON)}
        return self._start(
            "deploy",
            [
                "--require-approval",
                "never",
                "--outputs-file",
                self.folder / "outputs.json",
                "--output",
                self.folder / "cdk.out",
            ]
            + [
                "--context",
                f"labelpipe:local={json.dumps(local)}",
                "--context",
                f"labelpipe:settings={self.settings.resolve()}",
            ],
        )

    def outputs(self, stack: str) -> dict[str, str]:
        """What the last deploy wrote down of the stack."""
        outputs: dict[str, dict[str, str]] = json.loads((self.folder / "outputs.json").read_text())
        return outputs[stack]

    def _start(self, verb: str, arguments: list[str | Path]) -> Program:
        env = self.cloud.environment() | {
            # The command remembers which account a key belongs to: here it is to remember nothing of the person's.
            "CDK_HOME": str(paths.make_folder(self.folder / "cdk-home")),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CI": "true",
            "PYTHONWARNINGS": "ignore",
        }
        command = [paths.CDK, verb, "--no-notices", "--no-color", "--no-version-reporting", *arguments]
        return Program.start(f"cdk {verb}", command, env=env, log=self.folder / f"cdk-{verb}.log", cwd=paths.ROOT)


def finish(program: Program, seconds: float = 300) -> None:
    """Wait for a command to end well; raise a Problem with what it complained of."""
    try:
        code = program.process.wait(seconds)
    except subprocess.TimeoutExpired:
        program.stop()
        raise Problem(
            f"{program.name} took longer than {seconds:.0f} s and was stopped: its output is in {program.log}"
        ) from None
    if code:
        raise Problem(f"{program.name} failed: {_complaint(program)}")


def _complaint(program: Program) -> str:
    """The line of our own settings check or of the CDK that says what is wrong, else the last one."""
    lines = [line.strip() for line in program.log.read_text(errors="replace").splitlines()]
    telling = [line for line in lines if "❌" in line or line.startswith(("labelpipe:", "pipeline"))]
    return f"{telling[0].removeprefix('labelpipe: ')} (all of it: {program.log})" if telling else program.last_words()
