"""What ends a training before it learns: errors of the manifest's file and of its content, and the summary of them."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from botocore.exceptions import ClientError

from labelpipe.standin.engine import Example, TrueBox
from labelpipe.standin.errors import InvalidS3ObjectException
from labelpipe.standin.ground_truth.content_errors import MESSAGES, UseCase, labels, of_owners, of_rows, use_case
from labelpipe.standin.ground_truth.flaws import Flaw
from labelpipe.standin.ground_truth.manifests import Entry
from labelpipe.standin.state import Location
from labelpipe.standin.trainings import material, training
from labelpipe.standin.trainings.material import FileError, Line, texts_of
from labelpipe.standin.trainings.split import Material, Part, decided
from labelpipe.standin.trainings.validation_results import results, summary

PIXELS = np.zeros((64, 64, 3), np.uint8)


def line(*labels: str, boxes: tuple[str, ...] = (), bucket: str = "images", refusal: int = 0, code: str = "") -> Line:
    entry = Entry("{}", Location(bucket, "a.jpg"))
    flaws = (Flaw("ERROR_INVALID_IMAGE"),) if refusal else (Flaw(code),) if code else ()
    example = Example(PIXELS, frozenset(labels), tuple(TrueBox(label, (0, 0, 1, 1)) for label in boxes))
    return Line("{}", flaws, entry, None if flaws else example, (64, 64), refusal)


def boxed(*labels: str) -> Line:
    return line(boxes=labels)


BAD, BLANK = line(code="ERROR_NO_LABEL_ATTRIBUTES"), Line("", (Flaw("ERROR_INVALID_JSON_LINE"),))
UNLABELLED = line(code="WARNING_UNANNOTATED_RECORD")
TWO = [line("a"), line("b")]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (TWO * 4, []),
        ([*TWO * 4, BAD, BLANK], []),  # exactly a fifth
        ([*TWO * 4, BAD, BLANK, BLANK], ["ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST"]),
        ([*TWO, *[UNLABELLED] * 100], []),
        ([*TWO * 4, BAD, BAD, BAD, *[UNLABELLED] * 4], []),  # those count as lines
        ([line("a"), line("b", bucket="other")], ["ERROR_IMAGES_IN_MULTIPLE_S3_BUCKETS"]),
        ([*TWO * 4, line(refusal=403)], []),
        (
            [line(refusal=403)] * 3,
            ["ERROR_INVALID_PERMISSIONS_IMAGES_S3_BUCKET", "ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST"],
        ),
        (
            [line(refusal=403), line(refusal=404)],
            ["ERROR_FAILED_IMAGES_S3_COPY", "ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST"],
        ),
        ([BLANK], ["ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST"]),
        ([UNLABELLED], []),
    ],
)
def test_rows_have_their_errors(lines: list[Line], codes: list[str]) -> None:
    assert of_rows(lines) == codes


@pytest.mark.parametrize(
    ("lines", "case"),
    [
        ([boxed("a"), line("a")], UseCase.OBJECT_LOCALIZATION),
        ([boxed("a"), line("a"), line("b")], UseCase.IMAGE_LEVEL_LABELS),
        ([UNLABELLED], UseCase.NOT_DETERMINED),
    ],
)
def test_the_kind_of_most_lines_is_the_use_case(lines: list[Line], case: UseCase) -> None:
    assert use_case(lines) is case


def many(count: int) -> list[Line]:
    return [line(f"label {number}") for number in range(count)]


FEW, FEW_USABLE = "ERROR_MANIFEST_TOO_FEW_LABELS", "ERROR_MANIFEST_TOO_FEW_USABLE_LABELS"
OVERLAP, USABLE_OVERLAP = "ERROR_INSUFFICIENT_LABEL_OVERLAP", "ERROR_INSUFFICIENT_USABLE_LABEL_OVERLAP"


@pytest.mark.parametrize(
    ("train", "test", "training_errors", "testing_errors", "errors"),
    [
        (TWO, TWO, [], [], []),
        ([boxed("a")], [boxed("a")], [], [], []),
        ([line("a")] * 3, TWO, [FEW], [], []),
        (TWO, [line("a")], [], [FEW], []),
        ([UNLABELLED], TWO, [FEW], [], [OVERLAP]),
        ([line("a"), line("a"), boxed("b")], TWO, [FEW_USABLE], [], []),
        ([boxed("a")], TWO, [], [FEW_USABLE], [USABLE_OVERLAP]),
        (many(250), many(250), [], [], []),
        (many(251), many(250), ["ERROR_MANIFEST_TOO_MANY_LABELS"], [], []),
        (many(250), many(251), [], ["ERROR_MANIFEST_TOO_MANY_LABELS"], []),
        (many(4), many(2), [], [], []),
        (many(5), many(2), [], [], [OVERLAP]),
        ([*many(4)] * 2 + [boxed("x")], [*many(1), line("y"), boxed("label 1", "x")], [], [], [USABLE_OVERLAP]),
    ],
)
def test_labels_have_their_errors(train, test, training_errors, testing_errors, errors) -> None:
    made = decided(Part(train), Part(test))
    assert (made.train.errors, made.test.errors, made.errors) == (training_errors, testing_errors, errors)
    told = summary(made)
    assert [each["code"] for each in told["statistics"]["training"]["errors"]] == training_errors
    assert [each["code"] for each in told["statistics"]["testing"]["errors"]] == testing_errors
    assert told["errors"] == [{"code": code, "message": MESSAGES[code]} for code in errors]


BROKEN = Part(TWO, ["ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST"])


@pytest.mark.parametrize(("train", "test"), [(BROKEN, Part(TWO)), (BROKEN, None), (Part(TWO), BROKEN)])
def test_errors_of_rows_leave_the_use_case_open(train: Part, test: Part | None) -> None:
    made = decided(train, test)
    assert made.case is UseCase.NOT_DETERMINED
    assert made.codes == ["ERROR_TOO_MANY_INVALID_ROWS_IN_MANIFEST"]


def test_too_few_labels_are_told_before_too_few_images_to_hold_any_out() -> None:
    assert decided(Part([line("a")] * 10), None).codes == [FEW]


def test_a_fifth_of_the_usable_lines_is_held_out_with_every_label() -> None:
    made = decided(Part([*TWO * 35, BAD, boxed("c")]), None)
    assert not made.codes
    assert (len(made.train.lines), len(made.test.lines)) == (58, 14)
    assert BAD in made.train.lines


def test_lines_are_held_out_whatever_their_order() -> None:
    made = decided(Part([*[line("a")] * 4, line("b")] * 6), None)
    assert not made.codes
    assert labels(made.test.lines) == {"a", "b"}


@pytest.mark.parametrize("lines", [TWO * 2, many(10), [*[line("a")] * 20, line("b")], [boxed("a")] * 4])
def test_too_few_images_to_hold_any_out_are_an_error(lines: list[Line]) -> None:
    assert decided(Part(lines), None).codes == ["ERROR_INSUFFICIENT_IMAGES_PER_LABEL_FOR_AUTOSPLIT"]


def test_statistics_count_every_line_once() -> None:
    partly = replace(line("a"), flaws=(Flaw("ERROR_INVALID_BOUNDING_BOX", "b"),))
    made = Material(UseCase.IMAGE_LEVEL_LABELS, Part([line("a"), BAD, BLANK, UNLABELLED, boxed("c"), partly]), Part())
    assert summary(made)["statistics"]["training"] == {
        "use_case": "IMAGE_LEVEL_LABELS",
        "total_json_lines": 6,
        "valid_json_lines": 3,
        "invalid_json_lines": 2,
        "ignored_json_lines": 1,
        "error_json_line_indices": [2, 3, 6],
        "errors": [],
    }


def test_copies_have_a_line_for_each_line() -> None:
    made = Material(UseCase.IMAGE_LEVEL_LABELS, Part([line("a"), BLANK, UNLABELLED]), Part())
    first, second, third = results(made)["TrainValidation"].decode().splitlines()
    assert first == "{}"
    assert list(json.loads(second)) == ["errors"]
    assert list(json.loads(third)) == ["warnings"]


def test_more_lines_than_allowed_are_an_error_and_not_looked_at(standin) -> None:
    part = training._part(["{}", "{}", "{}"], 2, (), standin.objects)
    assert part.errors[0] == "ERROR_MANIFEST_ROWS_EXCEEDS_MAXIMUM"
    assert len(part.lines) == 2


@pytest.mark.parametrize(
    ("owners", "codes"),
    [
        ({"images": "me", "manifests": "me"}, []),
        ({"images": "me"}, []),  # S3 does not tell of the other
        ({"images": "you", "manifests": "me"}, ["ERROR_INVALID_IMAGES_S3_BUCKET_OWNER"]),
    ],
)
def test_images_and_manifests_have_one_owner(owners: dict[str, str], codes: list[str]) -> None:
    objects = SimpleNamespace(owner=owners.get)
    assert of_owners([line("a")], [Location("manifests", "a.manifest")], objects) == codes


def test_nobody_is_asked_who_owns_one_bucket_or_a_dataset() -> None:
    assert of_owners([line("a")], [Location("images", "a.manifest")], None) == []
    assert of_owners([line("a")], [], None) == []


def read(standin, tmp_path, key: str) -> list[str]:
    return texts_of(tmp_path / "none", [Location("images", key)], standin.objects)


@pytest.mark.parametrize(
    ("key", "content", "message"),
    [
        ("train", b"{}", "The manifest file extension or contents are invalid. (s3://images/train)"),
        ("v1.2/train", b"{}", "The manifest file extension or contents are invalid."),
        ("absent.manifest", None, "The manifest file extension or contents are invalid."),
        ("train.manifest", b"", "The manifest file is empty."),
        ("train.manifest", b"12345678901", "The manifest file size exceeds the maximum supported size."),
    ],
)
def test_a_manifest_file_that_cannot_be_used_says_why(standin, tmp_path, monkeypatch, key, content, message) -> None:
    monkeypatch.setattr(material, "MAX_BYTES", 10)
    if content is not None:
        standin.objects.content["images", key] = content
    with pytest.raises(FileError) as caught:
        read(standin, tmp_path, key)
    assert str(caught.value).startswith(message)


def test_a_manifest_that_s3_denies_is_a_matter_of_permissions(standin, tmp_path, monkeypatch) -> None:
    def deny(*_: object, **__: object) -> None:
        answer = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        raise InvalidS3ObjectException() from ClientError(answer, "GetObject")

    monkeypatch.setattr(standin.objects, "read", deny)
    with pytest.raises(FileError, match="The S3 bucket permissions are incorrect"):
        read(standin, tmp_path, "train.manifest")
