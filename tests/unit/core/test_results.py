"""Results as they are published."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from pkgutil import walk_packages

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelpipe import core
from labelpipe.core.boxes import Box, Geometry
from labelpipe.core.codes import Code, NewerCode
from labelpipe.core.releases import ReleasedModel
from labelpipe.core.results import (
    AskedModel,
    Error,
    Image,
    Label,
    Result,
    Status,
    Times,
    Trace,
    Transform,
    kept_from,
    split,
)

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = json.loads((DOCS / "results.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

MODEL = ReleasedModel("bees", "rekognition", "arn:project", "arn:version", {"bee": 71.2}, default_threshold=50)
SUCCEEDED = Result(
    status=Status.SUCCEEDED,
    route="bees",
    release="bees-7",
    image=Image("b", "bees/a b+1.webp", "3HL4", "9b2c", "0061F2", 18400231, "WEBP", 6000, 4000, 6),
    models=(AskedModel("bees", "rekognition", "arn:version", {"bee": 71.2}, 50, 5, "0c1d"),),
    labels=(Label("bee", 99.4, "bees", Geometry(Box(0.1, 0.2, 0.05, 0.04))),),
    below=(Label("bee", 31.0, "bees", Geometry(Box(0.7, 0.6, 0.05, 0.04))),),
    transform=Transform(("resize", "orient", "encode"), "JPEG", 2731, 4096, 2101442),
    times=Times("2026-11-20T10:00:00Z", "2026-11-20T10:14:02Z", "2026-11-20T10:14:03Z"),
    trace=Trace("7f3a", 1, "51aa"),
)
UNKNOWN = replace(
    SUCCEEDED,
    status=Status.REJECTED,
    release=None,
    image=Image("b", "bees/a.jpg"),
    models=(),
    labels=(),
    below=(),
    transform=None,
    error=Error(Code.TOO_SMALL),
    times=Times(None, "2026-11-20T10:14:02Z", "2026-11-20T10:14:03Z"),
    trace=Trace(None, None, None),
)
FAILED = replace(UNKNOWN, status=Status.FAILED, error=Error(Code.WAITED_TOO_LONG, "ModelOff"))
POLYGON = replace(SUCCEEDED, labels=(Label("bee", 99, "bees", Geometry(polygon=((0, 0), (1, 0), (1, 1)))),))


def test_a_result_is_written_as_it_is_published():
    assert json.loads(SUCCEEDED.to_json()) == {
        "SchemaVersion": "1.0",
        "Status": "SUCCEEDED",
        "Route": "bees",
        "Release": "bees-7",
        "Image": {
            "Bucket": "b",
            "Key": "bees/a b+1.webp",
            "VersionId": "3HL4",
            "ETag": "9b2c",
            "Sequencer": "0061F2",
            "Bytes": 18400231,
            "Format": "WEBP",
            "Width": 6000,
            "Height": 4000,
            "Orientation": 6,
        },
        "Models": [
            {
                "Name": "bees",
                "Backend": "rekognition",
                "Arn": "arn:version",
                "Thresholds": {"bee": 71.2},
                "DefaultThreshold": 50,
                "KeptFrom": 5,
                "RequestId": "0c1d",
            }
        ],
        "CustomLabels": [
            {
                "Name": "bee",
                "Confidence": 99.4,
                "Model": "bees",
                "Geometry": {"BoundingBox": {"Left": 0.1, "Top": 0.2, "Width": 0.05, "Height": 0.04}},
            }
        ],
        "BelowThreshold": [
            {
                "Name": "bee",
                "Confidence": 31.0,
                "Model": "bees",
                "Geometry": {"BoundingBox": {"Left": 0.7, "Top": 0.6, "Width": 0.05, "Height": 0.04}},
            }
        ],
        "Transform": {
            "Steps": ["resize", "orient", "encode"],
            "Format": "JPEG",
            "Width": 2731,
            "Height": 4096,
            "Bytes": 2101442,
        },
        "Error": None,
        "Times": {
            "Uploaded": "2026-11-20T10:00:00Z",
            "Received": "2026-11-20T10:14:02Z",
            "Finished": "2026-11-20T10:14:03Z",
        },
        "Trace": {"MessageId": "7f3a", "ReceiveCount": 1, "FunctionRequestId": "51aa"},
    }


@pytest.mark.parametrize("result", [SUCCEEDED, UNKNOWN, FAILED, POLYGON], ids=lambda result: result.status)
def test_every_result_keeps_to_the_schema_and_survives_reading(result):
    VALIDATOR.validate(json.loads(result.to_json()))
    assert Result.from_json(result.to_json()) == result


def test_every_member_is_present_when_nothing_is_known():
    assert json.loads(FAILED.to_json()).keys() == set(SCHEMA["required"])


@pytest.mark.parametrize("code", Code)
def test_every_code_is_published_with_a_message_and_a_next_step(code):
    assert code.value in SCHEMA["$defs"]["Error"]["properties"]["Code"]["enum"]
    assert code.message.endswith(".") and code.next_step.endswith(".")
    assert f"`{code.value}`" in (DOCS / "results.md").read_text()


def test_a_refusal_tells_what_to_do_and_only_a_failure_its_cause():
    rejected, failed = (json.loads(result.to_json())["Error"] for result in (UNKNOWN, FAILED))
    assert (rejected["Code"], failed["Code"]) == ("TooSmall", "WaitedTooLong")
    assert rejected["NextStep"] == "Upload a larger image."
    assert ("Cause" in rejected, failed["Cause"]) == (False, "ModelOff")


def test_a_label_of_the_whole_image_has_no_geometry_as_in_the_service_s_answer():
    whole = replace(SUCCEEDED, labels=(Label("meadow", 80, "bees"),))
    assert "Geometry" not in json.loads(whole.to_json())["CustomLabels"][0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"SchemaVersion": 1}',
        '{"Status": "SUCCEEDED"}',
        SUCCEEDED.to_json().replace('"1.0"', '"2.0"'),
        SUCCEEDED.to_json().replace("SUCCEEDED", "DONE"),
        SUCCEEDED.to_json().replace('"Image"', '"Picture"'),
        FAILED.to_json().replace('"WaitedTooLong"', "7"),
        b"\xff\xfe",
    ],
)
def test_anyone_else_s_json_is_no_result(text):
    with pytest.raises(ValueError):
        Result.from_json(text)


def test_a_newer_result_of_the_same_major_version_can_be_read():
    value = json.loads(FAILED.to_json()) | {"SchemaVersion": "1.3", "Weather": "fine"}
    value["Image"]["Camera"] = "left"
    value["Error"] |= {"Code": "Tired", "Message": "It was late.", "NextStep": "Sleep.", "Hint": "Coffee"}
    newer = Result.from_json(json.dumps(value))
    assert newer == replace(FAILED, error=Error(NewerCode("Tired", "It was late.", "Sleep."), "ModelOff"))
    assert Result.from_json(json.dumps(value)) == Result.from_json(json.dumps(value | {"SchemaVersion": "1.0"}))


def test_what_the_documentation_shows_is_so(tmp_path):
    section = (DOCS / "results.md").read_text().split("## Reading one\n")[1].split("\n## ")[0]
    result, program, shown = re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)
    VALIDATOR.validate(json.loads(result))
    (tmp_path / "a b+1.webp.json").write_text(result)
    assert _run(program, tmp_path) == shown
    assert json.loads(Result.from_json(result).to_json()) == json.loads(result)


def test_the_core_needs_nothing_but_python(tmp_path):
    """-I and -S: no installed package can be found."""
    names = [module.name for module in walk_packages(core.__path__, "labelpipe.core.")]
    assert "labelpipe.core.results" in names
    _run("\n".join(f"import {name}" for name in names), tmp_path)


def _run(program: str, folder: Path) -> str:
    found = f"import sys; sys.path.insert(0, {str(DOCS.parent)!r})\n"
    command = [sys.executable, "-I", "-S", "-c", found + program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
numbers = st.integers(0, 10**9)
percents = st.floats(0, 100)
ratios = st.floats(-0.1, 1.1)
sides = st.none() | st.integers(1, 10**6)
moments = st.datetimes().map(lambda time: time.isoformat() + "Z")
geometries = st.builds(
    Geometry, st.builds(Box, ratios, ratios, st.floats(0, 1), st.floats(0, 1)), st.just(())
) | st.builds(Geometry, st.none(), st.lists(st.tuples(ratios, ratios), min_size=1, max_size=4).map(tuple))
found_labels = st.lists(st.builds(Label, names, percents, names, st.none() | geometries), max_size=3).map(tuple)
models = st.builds(
    AskedModel,
    names,
    st.sampled_from(["rekognition", "sagemaker"]),
    names,
    st.dictionaries(names, percents, max_size=3),
    percents,
    percents,
    st.none() | names,
)
transforms = st.builds(
    Transform,
    st.lists(st.sampled_from(["resize", "orient", "pad", "encode"]), min_size=1, unique=True).map(tuple),
    st.just("JPEG"),
    *[st.integers(1, 10**6)] * 3,
)
facts = {
    "route": names,
    "image": st.builds(
        Image,
        names,
        names,
        *[st.none() | names] * 3,
        st.none() | numbers,
        st.none() | st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIC"]),
        sides,
        sides,
        st.none() | st.integers(1, 8),
    ),
    "times": st.builds(Times, st.none() | moments, moments, moments),
    "trace": st.builds(Trace, st.none() | names, st.none() | st.integers(1, 1000), st.none() | names),
}
GAVE_UP = SCHEMA["$defs"]["FailedCode"]["enum"]
every_result = st.one_of(
    st.builds(
        Result,
        st.just(Status.SUCCEEDED),
        release=names,
        models=st.lists(models, min_size=1, max_size=2).map(tuple),
        labels=found_labels,
        below=found_labels,
        transform=st.none() | transforms,
        **facts,
    ),
    st.builds(
        Result,
        st.just(Status.REJECTED),
        release=st.none() | names,
        error=st.sampled_from([Error(code) for code in Code if code.value not in GAVE_UP]),
        **facts,
    ),
    st.builds(
        Result,
        st.just(Status.FAILED),
        release=st.none() | names,
        error=st.builds(Error, st.sampled_from([code for code in Code if code.value in GAVE_UP]), names),
        **facts,
    ),
)


@settings(max_examples=300, deadline=None)
@given(every_result)
def test_every_result_that_can_be_built_is_valid_and_survives_reading(result):
    text = result.to_json()
    VALIDATOR.validate(json.loads(text))
    assert Result.from_json(text.encode()) == result


@pytest.mark.parametrize(
    ("result", "changes"),
    [
        (SUCCEEDED, {"Error": {"Code": "TooSmall", "Message": "m", "NextStep": "n"}}),
        (SUCCEEDED, {"Models": []}),
        (SUCCEEDED, {"Release": None}),
        (SUCCEEDED, {"Weather": "fine"}),
        (SUCCEEDED, {"CustomLabels": [{"Name": "bee", "Confidence": 100.1, "Model": "bees"}]}),
        (SUCCEEDED, {"CustomLabels": [{"Name": "bee", "Confidence": 9, "Model": "bees", "Geometry": {}}]}),
        (SUCCEEDED, {"Times": {"Uploaded": None, "Received": "yesterday", "Finished": "today"}}),
        (UNKNOWN, {"Error": None}),
        (UNKNOWN, {"Error": json.loads(FAILED.to_json())["Error"]}),
        (UNKNOWN, {"BelowThreshold": [{"Name": "bee", "Confidence": 9, "Model": "bees"}]}),
        (UNKNOWN, {"Transform": json.loads(SUCCEEDED.to_json())["Transform"]}),
        (FAILED, {"Error": {"Code": "WaitedTooLong", "Message": "m", "NextStep": "n"}}),
        (FAILED, {"Error": {"Code": "TooSmall", "Message": "m", "NextStep": "n", "Cause": "c"}}),
        (FAILED, {"CustomLabels": [{"Name": "bee", "Confidence": 9, "Model": "bees"}]}),
    ],
)
def test_the_schema_refuses_what_contradicts_itself(result, changes):
    assert not VALIDATOR.is_valid(json.loads(result.to_json()) | changes)


def test_no_json_is_written_that_is_none():
    with pytest.raises(ValueError):
        replace(SUCCEEDED, labels=(Label("bee", float("nan"), "bees"),)).to_json()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("v1", "e"), ("v1", "e"), True),
        (("v1", None), ("v1", "e"), True),
        (("v1", "e"), ("v2", "e"), False),
        ((None, "e"), ("v1", "e"), False),
        (("null", "e"), ("null", "e"), True),
        (("null", "e"), ("null", "f"), False),
        ((None, "e"), (None, "e"), True),
        ((None, "e"), (None, "f"), False),
    ],
)
def test_versions_are_told_by_their_id_and_by_their_etag_where_there_is_none(one, other, same):
    first, second = (Image("b", "bees/a.jpg", *told) for told in (one, other))
    assert first.same_version(second) is second.same_version(first) is same


def test_each_label_is_held_against_its_own_threshold():
    labels = [Label("bee", 71.1, "bees"), Label("fly", 50.0, "bees"), Label("bee", 71.2, "bees"), Label("x", 1, "bees")]
    above, below = split(labels, [MODEL])
    assert [(label.name, label.confidence) for label in above] == [("bee", 71.2), ("fly", 50.0)]
    assert [(label.name, label.confidence) for label in below] == [("bee", 71.1), ("x", 1)]


def test_models_of_one_route_have_thresholds_of_their_own():
    strict = replace(MODEL, name="strict", thresholds={}, default_threshold=99)
    above, below = split([Label("bee", 90, "bees"), Label("bee", 90, "strict")], [MODEL, strict])
    assert ([label.model for label in above], [label.model for label in below]) == (["bees"], ["strict"])


@pytest.mark.parametrize(
    ("thresholds", "default", "floor", "asked"), [({}, 50, 5, 5), ({"a": 2.5}, 50, 5, 2.5), ({"a": 60}, 0, 5, 0)]
)
def test_the_model_is_asked_so_low_that_every_threshold_can_decide(thresholds, default, floor, asked):
    assert kept_from(replace(MODEL, thresholds=thresholds, default_threshold=default), floor) == asked


@given(st.lists(st.tuples(st.sampled_from(["bee", "fly"]), st.floats(0, 100))))
def test_no_label_is_lost_between_the_two_lists(found):
    above, below = split([Label(name, confidence, "bees") for name, confidence in found], [MODEL])
    assert sorted((label.name, label.confidence) for label in above + below) == sorted(found)
