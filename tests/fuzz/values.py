"""JSON values for botocore's shapes: as they should be, or with something wrong somewhere."""

import base64
import copy
from random import Random
from typing import Any

from botocore.model import Shape

from tests.fuzz.known import Known

HOSTILE = (
    None, True, False, 0, -1, 1, 2**31, -(2**31), 10**400, 1e308, -0.0, 0.5,
    "", " ", "\0", "\ud800", "é" * 300, "٣", "²",
    "a" * 5000, "../../etc/passwd", "aws:x", "\n", "%00", "arn:aws:rekognition:us-east-1:000000000000:project/x/١",
    [], [[]], {}, {"": ""}, [None] * 3, {"S3Object": {}}, {"Bytes": "!"},
)  # fmt: skip
# Members that the model leaves free, and without which an operation does little.
_OFTEN = {"ModelName", "InstanceType", "PrimaryContainer", "TrainingData", "TestingData", "S3Bucket", "Assets"}
_OFTEN |= {"GroundTruthManifest", "S3Object"}
_WORDS = ("bees", "wasps", "v1", "v2", "a", "x-y_z.0", "TRAIN", "images", "m.manifest", "hive")


class Values:
    """Makes values. Names that exist come from what the replies told.

    Args:
        random: decides.
        known: the names.
        error: the chance that a value is wrong.
    """

    def __init__(self, random: Random, known: Known, error: float) -> None:
        self._random, self._known, self._error = random, known, error

    def of(self, shape: Shape, name: str, depth: int = 0) -> Any:
        if self._random.random() < self._error:
            return copy.deepcopy(self._random.choice(HOSTILE))
        if shape.type_name == "structure":
            return self._structure(shape, depth)
        if shape.type_name == "list":
            return [self.of(shape.member, name, depth + 1) for _ in range(self._length(shape))]
        if shape.type_name == "map":
            size = min(self._length(shape), 3)
            return {self._text(shape.key, "key"): self.of(shape.value, "value", depth + 1) for _ in range(size)}
        return self._scalar(shape, name)

    def _structure(self, shape: Shape, depth: int) -> dict[str, Any]:
        often = 0.5 / (depth + 1) if len(shape.members) < 10 else 0.1
        chances = dict.fromkeys(shape.members, often) | dict.fromkeys(_OFTEN & set(shape.members), 0.8)
        chances |= dict.fromkeys(shape.required_members, 1.0)
        wanted = {name for name, chance in chances.items() if self._random.random() < chance}
        if self._random.random() < self._error and wanted:
            wanted.discard(self._random.choice(sorted(wanted)))
        made = {name: self.of(shape.members[name], name, depth + 1) for name in sorted(wanted)}
        if self._random.random() < self._error:
            made["Colour"] = "red"
        return made

    def _length(self, shape: Shape) -> int:
        low, high = shape.metadata.get("min", 0), min(shape.metadata.get("max", 3), 12)
        if self._random.random() < self._error:
            return self._random.choice([0, high + 1, 300])
        return self._random.randint(low, max(low, min(high, 3)))

    def _scalar(self, shape: Shape, name: str) -> Any:
        if shape.type_name == "boolean":
            return self._random.random() < 0.5
        if shape.type_name in ("integer", "long", "float", "timestamp"):
            low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 6)
            number = (
                self._random.uniform(low, high) if shape.type_name != "integer" else self._random.randint(low, high)
            )
            return number if self._random.random() >= self._error else self._random.choice([low - 1, high + 1])
        if shape.type_name == "blob":
            return base64.b64encode(self._known.blob(name, self._random)).decode()
        return self._text(shape, name)

    def _text(self, shape: Shape, name: str) -> str:
        if values := shape.metadata.get("enum"):
            return self._random.choice(values)
        known = self._known.text(name, self._random)
        text = known if known is not None else self._random.choice(_WORDS) + str(self._random.randrange(40))
        return text if self._random.random() >= self._error else self._spoilt(text)

    def _spoilt(self, text: str) -> str:
        at = self._random.randrange(len(text) + 1)
        return text[:at] + self._random.choice(["", "\n", "é", "/", " ", "\u2028", text]) + text[at + 1 :]
