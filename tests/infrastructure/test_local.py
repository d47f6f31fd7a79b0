"""The local mode changes what it must, and nothing else, and never reaches a real account."""

import sys

import pytest

from labelpipe.core.errors import Problem
from stacks.local import LocalMode

ENDPOINTS = [f"AWS_ENDPOINT_URL_{service}" for service in ("REKOGNITION", "SAGEMAKER", "SAGEMAKER_RUNTIME")]
TICK, ON_DELETE = "ControllerTickFunction", "ControllerOnDeleteFunction"
BEES, FIGS = "RouteBeesInferenceFunction", "RouteRipeFigsInferenceFunction"


def test_local_and_real_templates_differ_in_a_short_list_only(real, local):
    ours, theirs = dict(leaves(real.template)), dict(leaves(local.template))
    differing = {path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)}
    assert sorted(shortened(path) for path in differing) == sorted(
        # Calls for Rekognition and SageMaker go to the stand-in,
        [f"{each}.Environment.Variables.{name}" for each in (TICK, ON_DELETE, BEES, FIGS) for name in ENDPOINTS]
        # wheels are those of the Python that runs the functions,
        + [f"{function}.Code.S3Key" for function in (TICK, ON_DELETE, BEES, FIGS)]
        # and the synthesizer takes the command line's own credentials: it asks for no version of bootstrap roles.
        + [f"Parameters.BootstrapVersion.{key}" for key in ("Default", "Description", "Type")]
        + ["Rules.CheckBootstrapVersion"]
    )


def test_local_functions_call_the_stand_in(local):
    functions = [each for each in local.all("AWS::Lambda::Function").values() if "lambdas." in each["Handler"]]
    called = {each["Environment"]["Variables"][name] for each in functions for name in ENDPOINTS}
    assert called == {"http://127.0.0.1:4777"}


def test_no_endpoint_is_set_for_a_real_account(real):
    assert "ENDPOINT" not in str(real.template)


def test_no_value_is_no_local_mode():
    assert LocalMode.from_context(None) is None


@pytest.mark.parametrize("account", ["", "000000000000"])
def test_a_local_account_is_accepted(monkeypatch, account):
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", account)
    given = f'{{"rekognition_endpoint": "http://127.0.0.1:1", "python": "{sys.executable}"}}'
    assert LocalMode.from_context(given) == LocalMode("http://127.0.0.1:1", sys.executable)


def test_a_real_account_is_refused(monkeypatch):
    monkeypatch.setenv("CDK_DEFAULT_ACCOUNT", "123456789012")
    with pytest.raises(Problem, match="this is account 123456789012; leave the value out"):
        LocalMode.from_context("{}")


@pytest.mark.parametrize("value", ["x", "{}", "[]", '{"python": "p", "rekognition_endpoint": "e", "more": 1}'])
def test_a_malformed_local_mode_is_refused_with_an_example(value):
    with pytest.raises(Problem, match=r"labelpipe:local: must be JSON, like \{"):
        LocalMode.from_context(value)


def leaves(value, path=()):
    """Every scalar of a template with its path. Rules are taken as a whole."""
    if isinstance(value, dict) and path[:1] != ("Rules",) or isinstance(value, dict) and len(path) < 2:
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path, value


def shortened(path):
    """Without what is the same everywhere, and without the library's digests."""
    if path[0] != "Resources":
        return ".".join(map(str, path))
    return ".".join([path[1][:-8], *map(str, path[3:])])
