"""What `pipeline.toml` may say, and every default. Durations are seconds here, confidences 0 to 100."""

import json
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from labelpipe.core.control.policy import Policy
from labelpipe.core.inference.forms import FORMS
from labelpipe.core.names import EXTENSIONS
from labelpipe.core.releases import REKOGNITION, SAGEMAKER
from labelpipe.settings.kinds import DAY, Flag, choice, duration, number, read_by, text, whole
from labelpipe.settings.readers import (
    not_too_many_tags,
    read_date,
    read_log_retention,
    read_policy,
    read_prefix,
    read_project,
    read_schema,
    read_tag_key,
    read_tag_value,
    some_distinct,
)

# A word starts with a letter, so that two names never give the same logical name in the template.
Name = Annotated[str, text(r"[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*", "words of small letters and digits, like ripe-bees")]
# Small letters only: SageMaker does not tell case apart, and roles do. Source: its API Reference, CreateEndpoint.
EndpointName = Annotated[
    str, text(r"(?=.{1,63}$)[a-z0-9]+(-+[a-z0-9]+)*", "small letters, digits and '-', 63 at most, like bees-v3")
]
Label = Annotated[str, text(r"[^\x00-\x1f]{1,255}", "a label's name in quotes, 255 characters at most")]
Format = Annotated[str, choice(*EXTENSIONS)]
# Parameters are called after the stack, and Systems Manager keeps some names. Source: its API Reference, PutParameter.
StackName = Annotated[
    str,
    text(
        r"(?!(?i:aws|ssm))[A-Za-z][A-Za-z0-9-]{0,59}",
        "letters, digits and '-', 60 at most, not beginning with 'aws' or 'ssm', like labelpipe",
    ),
]
TagKey = Annotated[str, read_by(read_tag_key)]
TagValue = Annotated[str, read_by(read_tag_value)]

MAX_WIRING = 3000
"""What is left for them of the 4 KB of a standard parameter. Source: Systems Manager quotas, Parameter Store."""


class Table(BaseModel):
    """A table of the file: unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class BucketSettings(Table):
    """The bucket and its keys."""

    on_destroy: Annotated[str, choice("retain", "delete")] = "retain"


class FunctionSettings(Table):
    """The inference functions."""

    architecture: Annotated[str, choice("arm64", "x86_64")] = "arm64"
    # No less: the largest images that are decoded need it (MOST_PIXELS in core/inference/planning.py).
    memory_mb: Annotated[int, whole(1024, 10_240)] = 1024
    timeout: Annotated[int, duration(30, 120)] = 60
    """Seconds. No less: what is refused as it is must be made to fit in the time left (core/inference/treatment.py).
    No more: a queue's visibility timeout is six times this, after which a message comes again on which the function
    died; deliveries further apart look like waiting (core/inference/waits.py)."""
    log_retention: Annotated[int, read_by(read_log_retention)] = 30
    """Days."""


class Prices(Table):
    """USD, as they were on a day."""

    as_of: Annotated[date, read_by(read_date)] = date(2026, 11, 20)
    inference_unit_hour: Annotated[float, number(0, 1000)] = 4.0
    training_hour: Annotated[float, number(0, 1000)] = 1.0


class ModelSettings(Table):
    """One model of a route. Which keys go with which backend is checked in settings/backends.py.

    Of a project, the version and its thresholds come from the release.
    """

    name: Name
    backend: Annotated[str, choice(REKOGNITION, SAGEMAKER)] = REKOGNITION
    project: Annotated[str, read_by(read_project)] = ""
    endpoint: EndpointName = ""
    """SageMaker's: it is created and deleted by labelpipe alone."""
    endpoint_config: EndpointName = ""
    """What it is created from."""
    answer: Annotated[str, choice(*FORMS)] = ""
    labels: Annotated[tuple[Label, ...], AfterValidator(some_distinct)] = ()
    """What the numbers in its answers mean, in order."""
    images_per_second: Annotated[float | None, number(0.01, 1000)] = None
    """Of one inference unit, or of the endpoint. AWS publishes no figure: None until it has been measured."""


COUNTED_ON, BEGUN_WITH = 1.0, 5.0
"""Images a second of a model that nobody has measured. "Up to 5" was the only figure that AWS ever gave, for a unit.

Source: Custom Labels Developer Guide of 2020, "Running a trained model"; later editions name none.
"""


class RouteSettings(Table):
    """A prefix of the bucket, with a queue of its own."""

    prefix: Annotated[str, read_by(read_prefix)]
    formats: Annotated[tuple[Format, ...], AfterValidator(some_distinct)] = (
        "jpeg",
        "png",
        "webp",
        "tiff",
        "bmp",
        "gif",
    )
    upright: Flag = True
    batch: Annotated[int, whole(1, 10)] = 10
    max_concurrency: Annotated[int, whole(2, 1000)] = 5
    """Source: AWS Lambda Developer Guide, "Configuring maximum concurrency for Amazon SQS event sources"."""
    attempts: Annotated[int, whole(1, 20)] = 5
    give_up_after: Annotated[int, duration(60, 11 * DAY)] = 10 * DAY
    """Seconds; less than the 12 days for which the queue keeps a message."""
    keep_from: Annotated[float, number(0, 100)] = 5.0
    models: Annotated[tuple[ModelSettings, ...], AfterValidator(some_distinct)]
    policy: Annotated[Policy, read_by(read_policy)] = Policy()

    @property
    def rate(self) -> float:
        """Images a second that all models together answer, as many as the slowest: what promises may count on."""
        return self._rate(COUNTED_ON)

    @property
    def pace(self) -> float:
        """The same, as calls begin: too many are corrected within seconds, too few only slowly."""
        return self._rate(BEGUN_WITH)

    def _rate(self, unknown: float) -> float:
        units = {REKOGNITION: self.policy.units.min, SAGEMAKER: 1}
        return min(units[model.backend] * (model.images_per_second or unknown) for model in self.models)

    @model_validator(mode="after")
    def _fits_a_parameter(self) -> Self:
        size = len(
            json.dumps(
                [self.policy.to_raw(), *(model.model_dump(exclude={"answer", "labels"}) for model in self.models)]
            )
        )
        if size > MAX_WIRING:
            raise ValueError(f"models and policy take {size} characters, and {MAX_WIRING} are allowed; shorten policy")
        return self


class Settings(Table):
    """The whole file."""

    schema_version: Annotated[int, read_by(read_schema)] = Field(1, alias="schema")
    name: StackName = "labelpipe"
    tags: Annotated[dict[TagKey, TagValue], AfterValidator(not_too_many_tags)] = {}
    max_running_models: Annotated[int, whole(1, 100)] = 2
    result_events: Flag = False
    bucket: BucketSettings = BucketSettings()
    function: FunctionSettings = FunctionSettings()
    prices: Prices = Prices()
    routes: Annotated[dict[Name, RouteSettings], Field(min_length=1)]
