"""The one file that people edit, `pipeline.toml`, as values. Workstation only."""

from labelpipe.settings.load import load_settings
from labelpipe.settings.model import (
    BucketSettings,
    FunctionSettings,
    ModelSettings,
    Prices,
    RouteSettings,
    Settings,
)

__all__ = [
    "BucketSettings",
    "FunctionSettings",
    "ModelSettings",
    "Prices",
    "RouteSettings",
    "Settings",
    "load_settings",
]
