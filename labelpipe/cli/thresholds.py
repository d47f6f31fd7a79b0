"""`--threshold [LABEL=]NUMBER`, said as often as one likes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from labelpipe.core.errors import Problem


@dataclass(frozen=True)
class Thresholds:
    """Confidences from 0 to 100. `default` is for labels without their own; None says nothing of those."""

    labels: dict[str, float] = field(default_factory=dict)
    default: float | None = None

    def __str__(self) -> str:
        others = [] if self.default is None else [f"{self.default:g} % for all {'others' if self.labels else 'labels'}"]
        return ", ".join([*(f"{label} {value:g} %" for label, value in self.labels.items()), *others])


def read_thresholds(words: Iterable[str]) -> Thresholds | None:
    """None when there are none. Raise a Problem for what is no threshold, and for two of one label."""
    labels, defaults = dict[str, float](), list[float]()
    for word in words:
        label, equals, number = word.rpartition("=")
        if label in labels or (not equals and defaults):
            raise Problem(f"--threshold {word}: {f'{label} has' if equals else 'all labels have'} one already")
        if equals:
            labels[label] = _confidence(word, number)
        else:
            defaults.append(_confidence(word, number))
    return Thresholds(labels, *defaults) if labels or defaults else None


def _confidence(word: str, number: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise Problem(f"--threshold {word}: should be a number from 0 to 100, or LABEL=NUMBER, like bee=62.5")
    return value
