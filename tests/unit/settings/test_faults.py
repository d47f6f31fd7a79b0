"""What is wrong with a settings file is said in one line that names the key and what is allowed."""

from pathlib import Path

import pytest

from labelpipe.core.errors import Problem
from labelpipe.settings import load_settings

MINIMAL = """
[routes.bees]
prefix = "bees/"
[[routes.bees.models]]
name = "bees"
project = "bees"
"""
MODELS = 'models = [{ name = "bees", project = "bees" }]'
FORMATS = '"jpeg", "png", "webp", "tiff", "bmp", "gif" or "heic"'
RETENTION = (
    "1d, 3d, 5d, 7d, 14d, 30d, 60d, 90d, 120d, 150d, 180d, 365d, 400d, 545d, 731d, 1096d, 1827d, 2192d, 2557d, 2922d, "
    "3288d, 3653d"
)
STACK_NAME = "must be letters, digits and '-', 60 at most, not beginning with 'aws' or 'ssm', like labelpipe"
TAG_KEY = "must be 1 to 128 letters, digits, spaces and '_.:/=+-@', not beginning with 'aws:'"
TAG_VALUE = "must be text in quotes: letters, digits, spaces and '_.:/=+-@', 256 characters at most"
MANY_TAGS = ", ".join(f"t{each} = 'x'" for each in range(51))
MANY_DAYS = "[" + ", ".join(f"20{year}-12-{day}" for year in range(27, 47) for day in range(10, 22)) + "]"
POLICY_KEYS = "time_zone, always_on, allowed, closed, on_demand, units, cap, lease"


def in_route(line: str) -> str:
    return MINIMAL.replace('prefix = "bees/"', f'prefix = "bees/"\n{line}')


def with_prefix(prefix: str) -> str:
    return MINIMAL.replace('prefix = "bees/"', f"prefix = {prefix}")


def with_project(project: str) -> str:
    return MINIMAL.replace('project = "bees"', f"project = {project}")


def in_policy(line: str) -> str:
    return f"{MINIMAL}[routes.bees.policy]\n{line}\n"


def hosted(keys: str = "", **changed: str | None) -> str:
    """A model of SageMaker, with some keys changed, or taken away by None."""
    written = {"endpoint": '"bees"', "endpoint_config": '"bees-v3"', "answer": '"tensorflow"', "labels": '["bee"]'}
    lines = [f"{key} = {value}" for key, value in (written | changed).items() if value is not None]
    return MINIMAL.replace('project = "bees"', "\n".join(['backend = "sagemaker"', *lines, keys]))


def second_route(prefix: str) -> str:
    return f'{MINIMAL}[routes.more]\nprefix = "{prefix}"\n{MODELS}\n'


FAULTS = [
    # keys
    (f"nmae = 'x'\n{MINIMAL}", "nmae: unknown key; did you mean 'name'?"),
    (
        f"zzz = 1\n{MINIMAL}",
        "zzz: unknown key; allowed are schema, name, tags, max_running_models, result_events, bucket, function, "
        "prices, routes",
    ),
    (
        in_route("foo = 1"),
        "routes.bees.foo: unknown key; allowed are prefix, formats, upright, batch, "
        "max_concurrency, attempts, give_up_after, keep_from, models, policy",
    ),
    (in_route("max_concurency = 5"), "routes.bees.max_concurency: unknown key; did you mean 'max_concurrency'?"),
    (in_policy("leese = '30m'"), f"routes.bees.policy.leese: unknown key; allowed are {POLICY_KEYS}"),
    (
        MINIMAL.replace("project =", "projekt ="),
        "routes.bees.models[0].projekt: unknown key; did you mean 'project'?\n"
        'routes.bees.models[0].project: is missing; write project = "bees"',
    ),
    # backends
    (
        hosted(endpoint=None, endpoint_config=None, answer=None, labels=None),
        'routes.bees.models[0].endpoint: is missing; write endpoint = "bees"\n'
        'routes.bees.models[0].endpoint_config: is missing; write endpoint_config = "bees-v3"\n'
        'routes.bees.models[0].answer: is missing; write answer = "tensorflow"\n'
        'routes.bees.models[0].labels: is missing; write labels = ["bee", "ladybird"]',
    ),
    (
        hosted('project = "bees"'),
        'routes.bees.models[0].project: is for backend = "rekognition", and this model\'s is "sagemaker"',
    ),
    (
        f'{MINIMAL}endpoint = "bees"\nlabels = ["bee"]',
        'routes.bees.models[0].endpoint: is for backend = "sagemaker", and this model\'s is "rekognition"\n'
        'routes.bees.models[0].labels: is for backend = "sagemaker", and this model\'s is "rekognition"',
    ),
    (
        hosted(answer='"labelpipe"'),
        'routes.bees.models[0].labels: answer = "labelpipe" names its labels itself; take this away',
    ),
    (
        hosted(answer='"tensor"'),
        'routes.bees.models[0].answer: \'tensor\' must be "labelpipe", "tensorflow", '
        '"sagemaker-object-detection" or "probabilities"; did you mean \'tensorflow\'?',
    ),
    (
        hosted(endpoint='"Bees"'),
        "routes.bees.models[0].endpoint: 'Bees' must be small letters, digits and '-', 63 at most, like bees-v3",
    ),
    (hosted(labels="[]"), "routes.bees.models[0].labels: is empty; write at least one"),
    (
        hosted(labels='["bee", "bee"]'),
        "routes.bees.models[0].labels: 'bee' is there 2 times; each may be there once",
    ),
    (
        hosted(labels="[1]"),
        "routes.bees.models[0].labels[0]: 1 must be a label's name in quotes, 255 characters at most",
    ),
    (
        hosted() + hosted(endpoint_config='"bees-v4"').replace("routes.bees", "routes.more").replace("bees/", "more/"),
        "routes.more.models[0].endpoint_config: endpoint 'bees' has 'bees-v3' already; name another endpoint",
    ),
    (
        hosted() + hosted().partition("[[")[1] + hosted().partition("[[")[2].replace('name = "bees"', 'name = "more"'),
        "routes.bees.models[1].endpoint: 'bees' answers for another model of this route already",
    ),
    (
        f"{hosted()}[routes.bees.policy]\nunits = {{ min = 2 }}\n",
        "routes.bees.policy.units: are of Rekognition: an endpoint has the instances that its configuration names; "
        "take this away",
    ),
    ("", 'routes: is missing; write [routes.bees] with prefix = "bees/"'),
    ("routes = {}", 'routes: is empty; write [routes.bees] with prefix = "bees/"'),
    (f"[routes.bees]\n{MODELS}", 'routes.bees.prefix: is missing; write prefix = "bees/"'),
    (
        "[routes.bees]\nprefix = 'bees/'",
        'routes.bees.models: is missing; write [[routes.NAME.models]] with name = "bees" and project = "bees"',
    ),
    (
        in_route("models = []")
        .replace("[[routes.bees.models]]", "[ignored]")
        .replace('name = "bees"\nproject = "bees"', ""),
        "routes.bees.models: is empty; write at least one\nignored: unknown key; allowed are schema, name, tags, "
        "max_running_models, result_events, bucket, function, prices, routes",
    ),
    # types
    ("routes = 3", "routes: 3 must be a table"),
    ("[routes]\nbees = 'x'", "routes.bees: 'x' must be a table"),
    (in_route("formats = 'jpeg'"), "routes.bees.formats: 'jpeg' must be a list"),
    (in_route("batch = '10'"), "routes.bees.batch: '10' must be a whole number from 1 to 10"),
    (in_route("batch = true"), "routes.bees.batch: true must be a whole number from 1 to 10"),
    (in_route("upright = 'yes'"), "routes.bees.upright: 'yes' must be true or false"),
    (in_route("keep_from = '5'"), "routes.bees.keep_from: '5' must be a number from 0 to 100"),
    (f"tags = {{ team = 1 }}\n{MINIMAL}", f"tags.team: 1 {TAG_VALUE}"),
    (
        in_policy("").replace("[routes.bees.policy]", "").replace("[[routes", "policy = 3\n[[routes"),
        "routes.bees.policy: must be a table",
    ),
    # ranges
    (f"schema = 2\n{MINIMAL}", "schema: 2 must be 1, the only layout that this labelpipe reads"),
    (f"max_running_models = 0\n{MINIMAL}", "max_running_models: 0 must be a whole number from 1 to 100"),
    (f"name = 'bees & co'\n{MINIMAL}", f"name: 'bees & co' {STACK_NAME}"),
    (f"name = 'aws-bees'\n{MINIMAL}", f"name: 'aws-bees' {STACK_NAME}"),
    (f"name = 'SSMbees'\n{MINIMAL}", f"name: 'SSMbees' {STACK_NAME}"),
    (f"tags = {{ team = 'bees & co' }}\n{MINIMAL}", f"tags.team: 'bees & co' {TAG_VALUE}"),
    (f"tags = {{ team = '{'x' * 257}' }}\n{MINIMAL}", f"tags.team: '{'x' * 56}... {TAG_VALUE}"),
    (f"tags = {{ 'a#b' = '' }}\n{MINIMAL}", f"tags.a#b: 'a#b' {TAG_KEY}"),
    (f"tags = {{ '' = 'x' }}\n{MINIMAL}", f"tags.: '' {TAG_KEY}"),
    (f"tags = {{ 'AWS:x' = 'x' }}\n{MINIMAL}", f"tags.AWS:x: 'AWS:x' {TAG_KEY}"),
    (f"tags = {{ {'x' * 129} = 'x' }}\n{MINIMAL}", f"tags.{'x' * 129}: '{'x' * 56}... {TAG_KEY}"),
    (
        f"tags = {{ {MANY_TAGS} }}\n{MINIMAL}",
        "tags: 51 tags are more than the 50 that AWS allows",
    ),
    (f"[bucket]\non_destroy = 'keep'\n{MINIMAL}", 'bucket.on_destroy: \'keep\' must be "retain" or "delete"'),
    (
        f"[function]\narchitecture = 'arm'\n{MINIMAL}",
        "function.architecture: 'arm' must be \"arm64\" or \"x86_64\"; did you mean 'arm64'?",
    ),
    (f"[function]\nmemory_mb = 512\n{MINIMAL}", "function.memory_mb: 512 must be a whole number from 1024 to 10240"),
    (f"[function]\nlog_retention = '31d'\n{MINIMAL}", f"function.log_retention: '31d' must be one of {RETENTION}"),
    (f"[prices]\nas_of = '2026'\n{MINIMAL}", "prices.as_of: '2026' must be a date without quotes, like 2026-11-20"),
    (f"[prices]\ntraining_hour = -1\n{MINIMAL}", "prices.training_hour: -1 must be a number from 0 to 1000"),
    (in_route("max_concurrency = 1"), "routes.bees.max_concurrency: 1 must be a whole number from 2 to 1000"),
    (in_route("keep_from = 100.5"), "routes.bees.keep_from: 100.5 must be a number from 0 to 100"),
    (
        MINIMAL.replace("routes.bees", "routes.Bees"),
        "routes.Bees: 'Bees' must be words of small letters and digits, like ripe-bees",
    ),
    (
        MINIMAL.replace("routes.bees", "routes.bees-2"),
        "routes.bees-2: 'bees-2' must be words of small letters and digits, like ripe-bees",
    ),
    # durations
    (
        f"[function]\ntimeout = '1 min'\n{MINIMAL}",
        "function.timeout: '1 min' is no duration: write a whole number and a unit, like 60s, 30m, 4h or 10d",
    ),
    (f"[function]\ntimeout = 60\n{MINIMAL}", 'function.timeout: 60 must be a duration in quotes, like "30s"'),
    (f"[function]\ntimeout = '16m'\n{MINIMAL}", "function.timeout: '16m' must be from 30s to 2m"),
    (in_route("give_up_after = '12d'"), "routes.bees.give_up_after: '12d' must be from 1m to 11d"),
    # prefixes
    (with_prefix("'bees'"), "routes.bees.prefix: 'bees' must end in \"/\""),
    (with_prefix("7"), 'routes.bees.prefix: 7 must be text that ends in "/", like "bees/"'),
    (
        with_prefix("'b*/'"),
        "routes.bees.prefix: 'b*/' must be folders of letters, digits, '_', '-' and '.', like \"farm/bees/\"",
    ),
    (
        with_prefix("'/bees/'"),
        "routes.bees.prefix: '/bees/' must be folders of letters, digits, '_', '-' and '.', like \"farm/bees/\"",
    ),
    (
        second_route("bees/new/"),
        "routes.more.prefix: 'bees/new/' overlaps 'bees/' of routes.bees; an image may belong to one route only",
    ),
    (
        second_route("bees/"),
        "routes.more.prefix: 'bees/' overlaps 'bees/' of routes.bees; an image may belong to one route only",
    ),
    (
        with_prefix("'_labelpipe/x/'"),
        "routes.bees.prefix: '_labelpipe/x/' overlaps '_labelpipe/', which labelpipe keeps for itself",
    ),
    # formats and models
    (in_route("formats = ['jpg']"), f"routes.bees.formats[0]: 'jpg' must be {FORMATS}; did you mean 'jpeg'?"),
    (in_route("formats = []"), "routes.bees.formats: is empty; write at least one"),
    (in_route("formats = ['png', 'png']"), "routes.bees.formats: 'png' is there 2 times; each may be there once"),
    (
        f"{MINIMAL}[[routes.bees.models]]\nname = 'bees'\nproject = 'x'",
        "routes.bees.models: 'bees' is there 2 times; each may be there once",
    ),
    (
        f"max_running_models = 1\n{MINIMAL}[[routes.bees.models]]\nname = 'b'\nproject = 'x'",
        "routes.bees.models: 2 models run together, and max_running_models is 1; raise it or split the route",
    ),
    (f"{MINIMAL}backend = 'vertex'", 'routes.bees.models[0].backend: \'vertex\' must be "rekognition" or "sagemaker"'),
    (
        with_project("'a b'"),
        "routes.bees.models[0].project: 'a b' must be a project's name: 1 to 255 letters, digits, '_', '-' and '.'",
    ),
    (
        with_project("'arn:aws:rekognition:eu-west-1:123456789012:project/hives/17'"),
        "routes.bees.models[0].project: 'arn:aws:rekognition:eu-west-1:123456789012:project/hives... is an ARN; "
        'write the project\'s name alone: "hives"',
    ),
    (
        with_project("'arn:aws:s3:::bees'"),
        "routes.bees.models[0].project: 'arn:aws:s3:::bees' is no project's ARN, nor its name; "
        "write the name alone, as the console shows it",
    ),
    # policy
    (
        in_policy("time_zone = 'Paris'"),
        "routes.bees.policy.time_zone: 'Paris' is no IANA time zone; write one like UTC or Europe/Paris",
    ),
    (
        in_policy("always_on = ['monday']"),
        "routes.bees.policy.always_on: 'monday' is no window: write days and times, "
        "like 'mon-fri 09:00-10:00', 'daily 06:00-22:00' or 'sat,sun 22:00-02:00'",
    ),
    (in_policy("units = { min = 6 }"), "routes.bees.policy.units.min: must be a whole number from 1 to 5"),
    (in_policy("cap = { day = 0 }"), "routes.bees.policy.cap.day: must be inference-unit hours, a number above 0"),
    (in_policy("lease = '2h'"), "routes.bees.policy.lease: 2h is out of range; allowed are 5m to 60m"),
    (
        in_policy(f"closed = {MANY_DAYS}"),
        "routes.bees: models and policy take 3672 characters, and 3000 are allowed; shorten policy",
    ),
    # TOML itself
    ("name = 'x'\n[routes.bees\n", "line 2, column 13: Expected ']' at the end of a table declaration"),
    ("name = 'x'\nname = 'y'\n", "line 2, column 11: Cannot overwrite a value"),
]


@pytest.mark.parametrize(("toml", "expected"), FAULTS)
def test_a_fault_is_a_line_that_names_the_key_and_says_what_is_allowed(
    tmp_path: Path, toml: str, expected: str
) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text(toml)
    with pytest.raises(Problem) as problem:
        load_settings(file)
    assert str(problem.value).replace(f"{file}: ", "") == expected
    assert str(problem.value).count(f"{file}: ") == expected.count("\n") + 1


def test_too_many_notification_rules_are_counted_by_format(tmp_path: Path) -> None:
    routes = [
        f'[routes.{name}]\nprefix = "{name}/"\nformats = ["jpeg", "heic", "png"]\n{MODELS}\n' for name in "abcdefg"
    ]
    file = tmp_path / "pipeline.toml"
    file.write_text("".join(routes))
    with pytest.raises(Problem) as problem:
        load_settings(file)
    assert str(problem.value) == (
        f"{file}: routes: 105 notification rules are 5 more than the 100 that S3 allows per bucket; "
        "take formats away (each costs a route: jpeg 6, png 3, heic 6)"
    )


def test_more_routes_than_a_role_can_serve_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text("".join(f'[routes.{x}]\nprefix = "{x}/"\nformats = ["png"]\n{MODELS}\n' for x in "abcdefghijklm"))
    with pytest.raises(Problem, match="routes: 13 routes are more than the 12 that one deployment can have"):
        load_settings(file)


def test_all_faults_are_listed_at_once_and_none_hides_another(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text(
        in_policy("lease = '2h'\nunits = 3")
        + f'[routes.more]\nprefix = "bees/x/"\nbatch = 0\n{MODELS}\n[function]\nfoo = 1'
    )
    with pytest.raises(Problem) as problem:
        load_settings(file)
    keys = [line.removeprefix(f"{file}: ").split(": ")[0] for line in str(problem.value).splitlines()]
    assert keys == [
        "function.foo",
        "routes.bees.policy.lease",
        "routes.bees.policy.units",
        "routes.more.batch",
        "routes.more.prefix",
    ]


def test_a_missing_file_is_named_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"nowhere.toml: no such file; run this in the project's folder, or name another"):
        load_settings(tmp_path / "nowhere.toml")


def test_a_folder_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be read: Is a directory"):
        load_settings(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"name = 'b\xfcne'")
    with pytest.raises(Problem, match="is not UTF-8 text"):
        load_settings(tmp_path / "latin.toml")
