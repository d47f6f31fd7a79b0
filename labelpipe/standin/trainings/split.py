"""From checked lines to what is learnt and tested: the kind of model, the lines held out, and errors of content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labelpipe.standin.ground_truth.content_errors import UseCase, of_both, of_labels, use_case
from labelpipe.standin.trainings.material import Line

HELD_OUT = 5  # every fifth image, when there is nothing to test on: "20 % of the images" in the page of the error


@dataclass(frozen=True)
class Part:
    """The lines to learn from, or those to test on, with the codes of what is wrong with them as a whole."""

    lines: Sequence[Line] = ()
    errors: Sequence[str] = ()


@dataclass(frozen=True)
class Material:
    """What a model is made from; errors are those of both parts together."""

    case: UseCase
    train: Part
    test: Part
    errors: Sequence[str] = ()

    @property
    def codes(self) -> list[str]:
        """Everything that ends the training, each code once."""
        return list(dict.fromkeys([*self.train.errors, *self.test.errors, *self.errors]))


def decided(train: Part, test: Part | None) -> Material:
    """The material, whose parts may have errors of their rows; without a test part, some lines are held out for it."""
    if train.errors or (test and test.errors):
        return Material(UseCase.NOT_DETERMINED, train, test or Part())
    case = use_case(train.lines)
    if test is None:
        return _split(train.lines, case)
    return Material(
        case,
        Part(train.lines, of_labels(train.lines, case)),
        Part(test.lines, of_labels(test.lines, case)),
        of_both(train.lines, test.lines, case),
    )


def _split(lines: Sequence[Line], case: UseCase) -> Material:
    """Hold out lines, labels in turn; AWS gives no number, so there are enough when both parts keep to the rules."""
    if errors := of_labels(lines, case):
        return Material(case, Part(lines, errors), Part())
    usable = [i for i, line in enumerate(lines) if line.labels(case.boxes)]
    usable.sort(key=lambda i: sorted(lines[i].labels(case.boxes)))
    held_out = set(usable[HELD_OUT - 1 :: HELD_OUT])
    train = [line for i, line in enumerate(lines) if i not in held_out]
    test = [line for i, line in enumerate(lines) if i in held_out]
    few = of_labels(train, case) or of_labels(test, case) or of_both(train, test, case)
    return Material(case, Part(train, ["ERROR_INSUFFICIENT_IMAGES_PER_LABEL_FOR_AUTOSPLIT"] if few else []), Part(test))
