"""A release: which version of each model answers for a route, and from which confidence on each label counts."""

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Self

_VERSION_ARN = re.compile(
    r"arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project/(?P<project>[\w.\-]{1,255})/version/(?P<version>[\w.\-]{1,255})/\d+",
    re.ASCII,
)


@dataclass(frozen=True)
class VersionArn:
    """ARN of a project version, taken apart: arn:…:project/PROJECT/version/VERSION/STAMP.

    Source: botocore's service model of Rekognition, shape ProjectVersionArn.
    """

    arn: str
    project: str
    version: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raise ValueError, in words for a person, when text is no such ARN."""
        if not (match := _VERSION_ARN.fullmatch(text)):
            raise ValueError(
                f"'{text}' is no ARN of a project version: it should look like "
                "arn:aws:rekognition:REGION:ACCOUNT:project/NAME/version/VERSION/NUMBER"
            )
        return cls(text, match["project"], match["version"])


_ENDPOINT_ARN = re.compile(
    r"arn:[a-z\d-]+:sagemaker:[a-z\d-]+:\d{12}:endpoint/(?P<name>[a-z\d](-*[a-z\d]){0,62})", re.ASCII
)


def endpoint_name(arn: str) -> str | None:
    """The name of a SageMaker endpoint, from its ARN; None when arn is of something else.

    Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SageMaker".
    """
    match = _ENDPOINT_ARN.fullmatch(arn)
    return match and match["name"]


def short(arn: str) -> str:
    """What a model is called in logs: `hives/v3` or `endpoint bees`. A foreign ARN is a ValueError."""
    if name := endpoint_name(arn):
        return f"endpoint {name}"
    version = VersionArn.parse(arn)
    return f"{version.project}/{version.version}"


REKOGNITION, SAGEMAKER = "rekognition", "sagemaker"


@dataclass(frozen=True)
class ReleasedModel:
    """One model of a release. Thresholds are confidences from 0 to 100."""

    name: str
    """The model's name on its route."""
    backend: str
    """REKOGNITION or SAGEMAKER."""
    project_arn: str
    """Of the project; with SageMaker, of the endpoint's configuration."""
    version_arn: str
    """Of the project version; with SageMaker, of the endpoint."""
    thresholds: dict[str, float] = field(default_factory=dict)
    """Label to threshold."""
    default_threshold: float = 50.0
    """For labels without a threshold of their own."""
    answer: str = ""
    """With SageMaker, the form of the endpoint's answers: one of core/inference/forms.py."""
    labels: tuple[str, ...] = ()
    """With SageMaker, what the numbers in its answers mean."""

    @classmethod
    def from_raw(cls, raw: dict[str, Any]) -> Self:
        """From plain JSON values; those of older releases have neither answer nor labels."""
        return cls(**raw | {"labels": tuple(raw.get("labels", ()))})

    def threshold(self, label: str) -> float:
        """From this confidence on, label counts."""
        return self.thresholds.get(label, self.default_threshold)


@dataclass(frozen=True)
class Release:
    """An immutable record in S3. `id` is ROUTE-NUMBER; `when` is UTC, ISO 8601."""

    id: str
    route: str
    models: tuple[ReleasedModel, ...]
    who: str
    when: str
    previous: str | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    dataset_hash: str | None = None

    def to_json(self) -> str:
        """As it is kept in S3."""
        return json.dumps({"schema": 1} | asdict(self), indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of to_json. A malformed record is a ValueError, KeyError or TypeError."""
        try:
            value: dict[str, Any] = json.loads(text)
            if value.pop("schema") != 1:
                raise ValueError("the release record was written by a newer labelpipe")
            return cls(**value | {"models": tuple(map(ReleasedModel.from_raw, value["models"]))})
        except (AttributeError, RecursionError) as error:
            raise ValueError(f"no release record: {error}") from error
