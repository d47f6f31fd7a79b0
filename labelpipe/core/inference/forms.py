"""The forms in which an endpoint of one's own may answer, each read into labels. All of them are JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from labelpipe.core.boxes import Box, Geometry
from labelpipe.core.inference.answers import Found
from labelpipe.core.results import read_geometry

_BEYOND = 1.0
"""A box may reach out of the picture by this share of it; further out, it is in pixels."""
_ROUNDING = 1e-3
_LONGEST_NAME = 255
"""Letters, as of labels in the settings: an event of ten of them is never too large for its bus."""


def read_answer(form: str, body: str | bytes, labels: Sequence[str], floor: float) -> tuple[Found, ...]:
    """Labels from floor (0 to 100) up, the surest first; boxes as ratios, inside the picture.

    form: one of FORMS. labels: what the numbers in the answer mean; empty where it names them. Raise ValueError, in
    words for a person, when the body is not of that form.
    """
    try:
        found = list(FORMS[form](json.loads(body, parse_constant=_no_number), labels))
    except (KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{_EXPECTED[form]}: {type(error).__name__} {error}") from error
    except ValueError as error:
        raise ValueError(f"{_EXPECTED[form]}: {error}") from error
    return tuple(sorted((each for each in found if each.confidence >= floor), key=lambda each: -each.confidence))


def _labelpipe(value: Any, _: Sequence[str]) -> Iterator[Found]:
    """As DetectCustomLabels answers; confidences are 0 to 100."""
    for label in value["CustomLabels"]:
        geometry = read_geometry(label.get("Geometry")) or Geometry()
        name, confidence = _text(label["Name"]), 100 * _share(label["Confidence"] / 100)
        polygon = tuple((_unit(x), _unit(y)) for x, y in geometry.polygon)
        if geometry.box is None:
            yield Found(name, confidence, Geometry(None, polygon) if polygon else None)
        elif box := _clipped(*_corners(geometry.box)):
            yield Found(name, confidence, Geometry(box, polygon))


def _tensorflow(value: Any, labels: Sequence[str]) -> Iterator[Found]:
    """Boxes are [ymin, xmin, ymax, xmax]; classes begin at 1, as label maps do. What has no confidence is padding.

    Source: TensorFlow Object Detection API, exporter and label maps. TensorFlow Serving's REST API answers with
    "predictions" for a batch, or with "outputs".
    """
    columns = [_unwrapped(value, "predictions", "outputs")[f"detection_{of}"] for of in ("boxes", "scores", "classes")]
    if any(isinstance(score, list) for score in columns[1]):  # raw tensors have a batch around them
        columns = [only for (only,) in columns]
    for (ymin, xmin, ymax, xmax), score, number in zip(*columns, strict=True):
        if score > 0 and (box := _clipped(xmin, ymin, xmax, ymax)):
            yield Found(_name(labels, number, first=1), 100 * _share(score), Geometry(box))


def _built_in(value: Any, labels: Sequence[str]) -> Iterator[Found]:
    """Rows of [class, score, xmin, ymin, xmax, ymax]; classes begin at 0, and a negative one is no object.

    Sources: SageMaker Developer Guide, "Object Detection Request and Response Formats"; MXNet, MultiBoxDetection.
    """
    for number, score, *corners in value["prediction"]:
        xmin, ymin, xmax, ymax = corners
        if number >= 0 and (box := _clipped(xmin, ymin, xmax, ymax)):
            yield Found(_name(labels, number, first=0), 100 * _share(score), Geometry(box))


def _probabilities(value: Any, labels: Sequence[str]) -> Iterator[Found]:
    """One for each label, in their order: of the whole image.

    A bare list as SageMaker's built-in image classification answers, or wrapped as TensorFlow Serving and others do.
    """
    shares = _unwrapped(value, "predictions", "outputs", "probabilities", "score")
    if len(shares) != len(labels):
        raise ValueError(f"{len(shares)} probabilities, and `labels` names {len(labels)}")
    for label, share in zip(labels, shares, strict=True):
        yield Found(label, 100 * _share(share), None)


FORMS: dict[str, Callable[[Any, Sequence[str]], Iterable[Found]]] = {
    "labelpipe": _labelpipe,
    "tensorflow": _tensorflow,
    "sagemaker-object-detection": _built_in,
    "probabilities": _probabilities,
}

_EXPECTED = {
    "labelpipe": 'expected {"CustomLabels": [{"Name": "bee", "Confidence": 99.1, "Geometry": ...}]}',
    "tensorflow": "expected detection_boxes (ratios), detection_scores and detection_classes",
    "sagemaker-object-detection": 'expected {"prediction": [[class, score, xmin, ymin, xmax, ymax], ...]}',
    "probabilities": "expected a list of probabilities, one for each of `labels`",
}


def _unwrapped(value: Any, *wrappers: str) -> Any:
    """Without what servers put around an answer for one image: a member of these names, a batch of one."""
    while True:
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict | list):
            value = value[0]
        elif isinstance(value, dict) and (inside := [value[key] for key in wrappers if key in value]):
            value = inside[0]
        else:
            return value


def _name(labels: Sequence[str], number: float, first: int) -> str:
    index = int(number) - first
    if index != number - first or not 0 <= index < len(labels):
        raise ValueError(f"class {number:g}, and `labels` names {first} to {len(labels) - 1 + first}")
    return labels[index]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME:
        raise ValueError(f"{value!r:.300} is no label's name")
    value.encode()  # half a surrogate pair could not be written down
    return value


def _share(value: float) -> float:
    if not -_ROUNDING <= value <= 1 + _ROUNDING:
        raise ValueError(f"{value:g} is no share from 0 to 1")
    return _unit(value)


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.left + box.width, box.top + box.height


def _clipped(left: float, top: float, right: float, bottom: float) -> Box | None:
    """None when nothing of it is on the picture."""
    if not all(-_BEYOND <= each <= 1 + _BEYOND for each in (left, top, right, bottom)):
        raise ValueError(f"the box {left:g}, {top:g}, {right:g}, {bottom:g} is not in ratios of the picture")
    left, top, right, bottom = map(_unit, (left, top, right, bottom))
    return Box(left, top, right - left, bottom - top) if left < right and top < bottom else None


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
