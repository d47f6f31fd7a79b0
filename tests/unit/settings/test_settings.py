"""A short file is enough, and what it says arrives as values."""

from datetime import date
from pathlib import Path

import pydantic
import pytest

from labelpipe.core.control.policy import Policy, Units
from labelpipe.core.names import suffixes
from labelpipe.settings import Settings, load_settings

ROOT = Path(__file__).parents[3]


def load(tmp_path: Path, toml: str) -> Settings:
    file = tmp_path / "pipeline.toml"
    file.write_text(toml)
    return load_settings(file)


def test_a_minimal_file_takes_every_default(tmp_path: Path) -> None:
    settings = load(tmp_path, '[routes.bees]\nprefix = "bees/"\nmodels = [{ name = "bees", project = "hives" }]')
    route = settings.routes["bees"]
    assert (settings.name, settings.max_running_models, settings.bucket.on_destroy) == ("labelpipe", 2, "retain")
    assert (settings.function.timeout, settings.function.log_retention) == (60, 30)
    assert (settings.prices.inference_unit_hour, settings.prices.as_of) == (4.0, date(2026, 11, 20))
    assert route.formats == ("jpeg", "png", "webp", "tiff", "bmp", "gif")
    assert (route.give_up_after, route.keep_from, route.policy) == (864_000, 5.0, Policy())
    assert (route.models[0].backend, route.models[0].project) == ("rekognition", "hives")


def test_the_committed_file_is_right_and_shows_the_defaults() -> None:
    settings = load_settings(ROOT / "pipeline.toml")
    shown, defaults = settings.routes["bees"], {"prefix": "bees/", "models": settings.routes["bees"].models}
    assert shown.model_dump(exclude={"policy"}) == type(shown)(**defaults).model_dump(exclude={"policy"})
    for name in ("bucket", "function", "prices"):
        assert getattr(settings, name) == type(getattr(settings, name))()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
        schema = 1
        name = "vision"
        tags = { team = "apiary" }
        [bucket]
        on_destroy = "delete"
        [function]
        architecture = "x86_64"
        timeout = "2m"
        log_retention = "7d"
        [routes.ripe-bees]
        prefix = "farm/ripe_bees.v2/"
        formats = ["heic"]
        keep_from = 12.5
        give_up_after = "36h"
        models = [{ name = "a", project = "A_1.x-y" }, { name = "b", project = "B" }]
        policy = { closed = [2026-12-25], units = { min = 2 } }
        """,
    )
    route = settings.routes["ripe-bees"]
    assert (settings.tags, settings.bucket.on_destroy) == ({"team": "apiary"}, "delete")
    assert (settings.function.architecture, settings.function.timeout, settings.function.log_retention) == (
        "x86_64",
        120,
        7,
    )
    assert (route.prefix, route.formats, route.keep_from, route.give_up_after) == (
        "farm/ripe_bees.v2/",
        ("heic",),
        12.5,
        129_600,
    )
    assert [model.project for model in route.models] == ["A_1.x-y", "B"]
    assert route.policy == Policy(closed=frozenset({date(2026, 12, 25)}), units=Units(2, 2))


def test_a_model_of_sagemaker_names_its_endpoint_and_what_its_answers_mean(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
        [[routes.bees.models]]
        name = "bees"
        backend = "sagemaker"
        endpoint = "bees"
        endpoint_config = "bees-v3"
        answer = "tensorflow"
        labels = ["bee", "蜂"]
        images_per_second = 4
        [[routes.bees.models]]
        name = "hives"
        project = "hives"
        images_per_second = 3
        [routes.bees]
        prefix = "bees/"
        policy = { units = { min = 2, max = 2 } }
        """,
    )
    model = settings.routes["bees"].models[0]
    assert (model.backend, model.endpoint, model.endpoint_config) == ("sagemaker", "bees", "bees-v3")
    assert (model.answer, model.labels, model.project) == ("tensorflow", ("bee", "蜂"), "")
    assert settings.routes["bees"].rate == 4, "units are of Rekognition"


def test_a_model_that_nobody_measured_is_counted_on_for_little_and_begun_with_at_more(tmp_path: Path) -> None:
    models, policy = '[{ name = "bees", project = "bees" }]', "{ units = { min = 2, max = 2 } }"
    route = load(tmp_path, f'[routes.bees]\nprefix = "bees/"\nmodels = {models}\npolicy = {policy}').routes["bees"]
    assert (route.rate, route.pace) == (2, 10)


def test_endpoints_do_not_count_as_running_models(tmp_path: Path) -> None:
    hosted = 'backend = "sagemaker", endpoint_config = "b", answer = "labelpipe"'
    models = ", ".join(f'{{ name = "{name}", endpoint = "{name}", {hosted} }}' for name in "abc")
    route = f'max_running_models = 1\n[routes.bees]\nprefix = "bees/"\nmodels = [{models}]'
    assert len(load(tmp_path, route).routes["bees"].models) == 3


def test_as_many_labels_as_a_model_has_are_allowed(tmp_path: Path) -> None:
    labels = ", ".join(f'"label {number}"' for number in range(1000))
    model = f'endpoint = "b", endpoint_config = "b", answer = "probabilities", labels = [{labels}]'
    route = f'[routes.bees]\nprefix = "bees/"\nmodels = [{{ name = "bees", backend = "sagemaker", {model} }}]'
    assert len(load(tmp_path, route).routes["bees"].models[0].labels) == 1000


def test_tags_are_of_any_script_and_as_long_as_aws_takes(tmp_path: Path) -> None:
    route = '[routes.bees]\nprefix = "bees/"\nmodels = [{ name = "bees", project = "hives" }]'
    tags = {"équipe 蜂 ½": "_.:/=+-@ 7", "k" * 128: "v" * 256, "aws": ""} | {f"t{each}": "x" for each in range(47)}
    written = ", ".join(f'"{key}" = "{value}"' for key, value in tags.items())
    assert load(tmp_path, f"tags = {{ {written} }}\n{route}").tags == tags


def test_as_many_rules_as_s3_allows_are_allowed(tmp_path: Path) -> None:
    models = 'models = [{ name = "m", project = "p" }]'
    routes = [f'[routes.{name}]\nprefix = "{name}/"\nformats = ["jpeg", "png"]\n{models}\n' for name in "abcdefghijk"]
    settings = load(tmp_path, "".join(routes))
    assert sum(len(suffixes(route.formats)) for route in settings.routes.values()) == 99


def test_settings_do_not_change_once_read() -> None:
    settings = load_settings(ROOT / "pipeline.toml")
    with pytest.raises(pydantic.ValidationError):
        settings.name = "other"  # type: ignore[misc]


def test_a_file_that_an_editor_marked_as_utf_8_is_read(tmp_path):
    file = tmp_path / "pipeline.toml"
    text = 'schema = 1\n[routes.bees]\nprefix = "bees/"\nmodels = [{ name = "bees", project = "bees" }]\n'
    file.write_text("\ufeff" + text, encoding="utf-8")
    assert list(load_settings(file).routes) == ["bees"]
