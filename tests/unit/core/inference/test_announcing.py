"""The event of a finished image."""

import json

from labelpipe.core.codes import Code
from labelpipe.core.inference.announcing import detail_of
from labelpipe.core.results import Error, Image, Label, Result, Status, Times, Trace

IMAGE = Image("images", "bees/a b+1.jpg", "v1", "e1")
TIMES = Times(None, "2026-11-20T10:14:02Z", "2026-11-20T10:14:03Z")
TRACE = Trace("m", 1, "r")


def test_it_says_what_was_found_and_where_the_rest_is():
    labels = (Label("bee", 99.4, "bees"), Label("wasp", 80.0, "bees"))
    result = Result(Status.SUCCEEDED, "bees", IMAGE, TIMES, TRACE, release="bees-7", labels=labels)
    assert detail_of(result) == {
        "SchemaVersion": "1.0",
        "Status": "SUCCEEDED",
        "Route": "bees",
        "Release": "bees-7",
        "Bucket": "images",
        "Key": "bees/a b+1.jpg",
        "VersionId": "v1",
        "ResultKey": "bees/a b+1.jpg.json",
        "Code": None,
        "Labels": [
            {"Name": "bee", "Confidence": 99.4, "Model": "bees"},
            {"Name": "wasp", "Confidence": 80.0, "Model": "bees"},
        ],
    }


def test_it_says_why_nothing_was_found():
    failed = Result(Status.FAILED, "bees", IMAGE, TIMES, TRACE, error=Error(Code.CRASHED, "Crashed"))
    assert (detail_of(failed)["Code"], detail_of(failed)["Labels"]) == ("Crashed", [])


def test_the_largest_fits_into_every_target():
    labels = (Label("蜂" * 255, 99.123456789, "m" * 64),) * 250
    result = Result(Status.SUCCEEDED, "r" * 64, Image("b" * 63, "ä" * 509, "v" * 1024), TIMES, TRACE, labels=labels)
    assert len(detail_of(result)["Labels"]) == 10
    assert len(json.dumps(detail_of(result), ensure_ascii=False).encode()) < 20_000
