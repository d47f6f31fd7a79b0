"""The CDK app: `cdk deploy` runs this, and so puts `pipeline.toml` into effect."""

import os
import sys

# The library's Node process would print a banner about Node's age at every run. Must be set before it is imported.
os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20,21,23,25")

from aws_cdk import App  # noqa: E402

from labelpipe.core.errors import Problem  # noqa: E402
from labelpipe.settings import load_settings  # noqa: E402
from stacks.local import LocalMode  # noqa: E402
from stacks.pipeline import PipelineStack  # noqa: E402


def main() -> None:
    """`-c labelpipe:settings=FILE` names another file, `-c labelpipe:local=JSON` a local AWS (stacks/local.py)."""
    # Checking the template against CloudFormation's own schema takes longer than all the rest: the tests do it.
    app = App(builtin_cloud_formation_validation=False)
    settings = load_settings(app.node.try_get_context("labelpipe:settings") or "pipeline.toml")
    local = LocalMode.from_context(app.node.try_get_context("labelpipe:local"))
    PipelineStack(app, settings=settings, local=local)
    app.synth()


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit("\n".join(f"labelpipe: {line}" for line in str(problem).splitlines()))
