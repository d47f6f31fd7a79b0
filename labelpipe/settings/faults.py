"""Faults as people read them: one line each, which names the key and says what is allowed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from labelpipe.settings.kinds import did_you_mean, show
from labelpipe.settings.model import Settings
from labelpipe.settings.readers import Faults

_EXAMPLES = {
    "prefix": 'prefix = "bees/"',
    "models": '[[routes.NAME.models]] with name = "bees" and project = "bees"',
    "name": 'name = "bees"',
    "routes": '[routes.bees] with prefix = "bees/"',
}


@dataclass(frozen=True)
class Fault:
    """One line for a person. key: dotted, as in the file."""

    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.key}: {self.text}"


def faults_of(error: ValidationError) -> Iterator[Fault]:
    """In the order of the file's model."""
    for each in error.errors():
        cause = each.get("ctx", {}).get("error")
        key = _dotted(each["loc"])
        if isinstance(cause, Faults):
            yield from (Fault(f"{key}.{below}", text) for below, text in cause.lines)
        else:
            yield Fault(key, _text(each, cause))


def _text(error: Any, cause: Exception | None) -> str:
    match error["type"]:
        case "value_error":
            return str(cause)
        case "extra_forbidden":
            return _unknown(error["loc"])
        case "missing":
            return f"is missing; write {_EXAMPLES[error['loc'][-1]]}"
        case "too_short":
            return f"is empty; write {_EXAMPLES.get(error['loc'][-1], 'at least one')}"
        case "tuple_type":
            return f"{show(error['input'])} must be a list"
        case "model_type" | "dict_type":
            return f"{show(error['input'])} must be a table"
        case _:
            return f"{show(error['input'])}: {error['msg']}"


def _unknown(loc: tuple[Any, ...]) -> str:
    allowed = _keys(loc[:-1])
    near = did_you_mean(str(loc[-1]), allowed)
    return f"unknown key{near or '; allowed are ' + ', '.join(allowed)}"


def _keys(loc: tuple[Any, ...]) -> list[str]:
    """The keys that are allowed in the table at loc."""
    kind: Any = Settings
    for step in loc:
        kind = kind.model_fields[step].annotation if _is_table(kind) else next(filter(_is_table, get_args(kind)))
    return [field.alias or name for name, field in kind.model_fields.items()]


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _dotted(loc: tuple[Any, ...]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc if step != "[key]")
    return text.removeprefix(".")
