"""What runs in Lambda, gathered without Docker: our own files by a list, third-party wheels by a lock."""

from stacks.bundling.bundle import stage
from stacks.bundling.ships import BUNDLES, Bundle, inference_bundle
from stacks.bundling.target import Target, host_target, lambda_target

__all__ = ["BUNDLES", "Bundle", "Target", "host_target", "inference_bundle", "lambda_target", "stage"]
