"""labelpipe settings: look at pipeline.toml before anything is deployed."""

import json

import typer

from labelpipe.cli.options import DEFAULT_SETTINGS, Json, SettingsFile
from labelpipe.core.names import suffixes
from labelpipe.settings import ModelSettings, load_settings

app = typer.Typer(no_args_is_help=True, help="The settings in pipeline.toml.")


@app.callback()
def _group() -> None:
    """The settings in pipeline.toml."""


@app.command()
def check(settings: SettingsFile = DEFAULT_SETTINGS, as_json: Json = False) -> None:
    """Check the settings, and say what they would deploy."""
    loaded = load_settings(settings)
    rules = {name: len(suffixes(route.formats)) for name, route in loaded.routes.items()}
    if as_json:
        print(json.dumps({"name": loaded.name, "routes": list(rules), "notification_rules": sum(rules.values())}))
        return
    print(
        f"{settings}: stack '{loaded.name}', {len(rules)} route{'s' * (len(rules) != 1)}, "
        f"{sum(rules.values())} of 100 notification rules"
    )
    for name, route in loaded.routes.items():
        models = ", ".join(f"{model.name} ({model.backend} {_asked(model)})" for model in route.models)
        print(f"  {name}: {route.prefix} -> {models}")


def _asked(model: ModelSettings) -> str:
    return f"project {model.project}" if model.project else f"endpoint {model.endpoint} from {model.endpoint_config}"
