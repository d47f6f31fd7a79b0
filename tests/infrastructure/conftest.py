"""The app is synthesised once per session, for AWS and for a local AWS; every test reads the templates."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

os.environ["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20,21,23,25"

from aws_cdk import App  # noqa: E402

from labelpipe.settings import Settings, load_settings  # noqa: E402
from stacks.local import LocalMode  # noqa: E402
from stacks.pipeline import PipelineStack  # noqa: E402

ROOT = Path(__file__).parents[2]

SETTINGS = """
name = "vision"
tags = { team = "apiary" }
max_running_models = 3

[function]
timeout = "50s"
memory_mb = 2048
log_retention = "7d"

[routes.bees]
prefix = "bees/"
formats = ["jpeg", "png"]
upright = false
batch = 4
max_concurrency = 7
attempts = 3
give_up_after = "2d"
keep_from = 12.5
models = [{ name = "bees", project = "hives" }]
policy = { time_zone = "Europe/Paris", always_on = ["mon-fri 09:00-10:00"], closed = [2026-12-25], lease = "20m" }

[routes.ripe-figs]
prefix = "fruit/figs/"
formats = ["heic"]

[[routes.ripe-figs.models]]
name = "ripe"
project = "figs-ripe"

[[routes.ripe-figs.models]]
name = "leaf"
project = "figs-leaf"

[[routes.ripe-figs.models]]
name = "stem"
backend = "sagemaker"
endpoint = "stems"
endpoint_config = "stems-v3"
answer = "probabilities"
labels = ["stem", "twig"]
"""

Json = Any


@dataclass(frozen=True)
class Synthesised:
    """A cloud assembly. Properties are as in the template, by logical id."""

    settings: Settings
    folder: Path

    @cached_property
    def template(self) -> dict[str, Json]:
        return json.loads((self.folder / f"{self.settings.name}.template.json").read_text())

    @property
    def resources(self) -> dict[str, dict[str, Json]]:
        return self.template["Resources"]

    def all(self, kind: str) -> dict[str, Json]:
        """The properties of every resource of a type."""
        return {id: each.get("Properties", {}) for id, each in self.resources.items() if each["Type"] == kind}

    def id(self, kind: str, *words: str) -> str:
        """The one resource of a type in whose id these words are."""
        found = [id for id in self.all(kind) if all(word in id for word in words)]
        assert len(found) == 1, f"{kind} {words}: {found}"
        return found[0]

    def one(self, kind: str, *words: str) -> Json:
        return self.all(kind)[self.id(kind, *words)]

    def asset(self, bundle: str) -> Path:
        """The staged folder of a function's zip."""
        words = {"inference": "RouteBees", "inference-heic": "RouteRipeFigs", "model_controller": "Tick"}
        properties = self.one("AWS::Lambda::Function", words[bundle])
        assets = json.loads((self.folder / f"{self.settings.name}.assets.json").read_text())["files"]
        return Path(assets[properties["Code"]["S3Key"].removesuffix(".zip")]["source"]["path"])


Synthesise = Callable[..., Synthesised]


def context() -> dict[str, Json]:
    """As the command line gives it. What is to be zipped is left where it is, instead of being copied every time."""
    return json.loads((ROOT / "cdk.json").read_text())["context"] | {"aws:cdk:disable-asset-staging": True}


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory) -> Synthesise:
    """Settings as text, the local mode, and what to do with the app before it is synthesised."""

    def do(
        text: str = SETTINGS,
        local: LocalMode | None = None,
        prepare: Callable[[App], None] = lambda app: None,
        validate: bool = False,
    ) -> Synthesised:
        folder = tmp_path_factory.mktemp("synth")
        (folder / "pipeline.toml").write_text(text)
        settings = load_settings(folder / "pipeline.toml")
        app = App(context=context(), outdir=str(folder / "out"), builtin_cloud_formation_validation=validate)
        prepare(app)
        PipelineStack(app, settings=settings, local=local)
        app.synth()
        return Synthesised(settings, folder / "out")

    return do


@pytest.fixture(scope="session")
def settings_text() -> str:
    """What `real` and `local` are made from."""
    return SETTINGS


@pytest.fixture(scope="session")
def real(synthesise: Synthesise) -> Synthesised:
    """For AWS."""
    return synthesise()


@pytest.fixture(scope="session")
def local(synthesise: Synthesise) -> Synthesised:
    """For a local AWS, whose functions run on this Python."""
    return synthesise(local=LocalMode("http://127.0.0.1:4777", sys.executable))
