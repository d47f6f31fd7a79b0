"""DescribeProjectVersions, StartProjectVersion, StopProjectVersion, DeleteProjectVersion."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from labelpipe.standin import arns
from labelpipe.standin.arns import Place
from labelpipe.standin.errors import InvalidParameterException, LimitExceededException
from labelpipe.standin.lifecycle import MESSAGES, OCCUPYING, PASSING, Status, version_after
from labelpipe.standin.limits import Limits, full
from labelpipe.standin.operations.paging import page_after, whole
from labelpipe.standin.operations.s3_objects import named
from labelpipe.standin.service import Service
from labelpipe.standin.state import Location, State, Training, Version

# Of a detector that AWS names to nobody; for Custom Labels it does not say what BaseModelVersion is.
BASE_MODEL = "1.0"


def describe(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    names = request.get("VersionNames")
    with service.turn() as state:
        project = state.project(request["ProjectArn"])
        versions = state.versions(service.clock(), project.arn)
    found = [version for version in versions if names is None or version.name in names]
    shown, token = page_after(found, request, key=lambda version: -arns.stamp(version.arn), read=whole)
    return {"ProjectVersionDescriptions": [_described(version) for version in shown], **token}


def start(service: Service, request: dict[str, Any], place: Place, becomes: Status = Status.RUNNING) -> dict[str, Any]:
    with service.turn() as state:
        now = service.clock()
        version = state.version(request["ProjectVersionArn"], now)
        least, most = _units(request)
        status = version_after("StartProjectVersion", version.status)
        _check_room(state, service.limits, now, place, units=max(least, most or 0))
        starting = replace(version, status=status, due=now + service.delays.start, becomes=becomes)
        state.put(replace(starting, min_units=least, max_units=most))
    return {"Status": status}


def stop(service: Service, request: dict[str, Any], place: Place, becomes: Status = Status.STOPPED) -> dict[str, Any]:
    with service.turn() as state:
        now = service.clock()
        version = state.version(request["ProjectVersionArn"], now)
        status = version_after("StopProjectVersion", version.status)
        state.put(replace(version, status=status, due=now + service.delays.stop, becomes=becomes))
    service.models.forget(version.arn)
    return {"Status": status}


def delete(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        now = service.clock()
        version = state.version(request["ProjectVersionArn"], now)
        status = version_after("DeleteProjectVersion", version.status)
        state.put(replace(version, status=status, due=now + service.delays.delete, becomes=None))
    service.models.forget(version.arn)
    shutil.rmtree(service.store.model_folder(version.arn))
    return {"Status": status}


def _units(request: dict[str, Any]) -> tuple[int, int | None]:
    """The least and the most; without the most, a version does not scale."""
    least, most = request["MinInferenceUnits"], request.get("MaxInferenceUnits")
    if most is not None and most < least:
        raise InvalidParameterException(
            "Request has invalid parameters: MaxInferenceUnits is less than MinInferenceUnits"
        )
    return least, most


def _check_room(state: State, limits: Limits, now: float, place: Place, units: int) -> None:
    if full(units - 1, limits.inference_units):
        raise LimitExceededException(f"A version runs on at most {limits.inference_units} inference units.")
    running = [v for v in state.versions(now) if v.status in OCCUPYING and place.holds(v.arn)]
    if full(len(running), limits.running_versions):
        raise LimitExceededException(f"An account runs at most {limits.running_versions} versions at once.")


def _described(version: Version) -> dict[str, Any]:
    passing = version.status in PASSING
    message = None if passing else version.message
    present = {
        "ProjectVersionArn": version.arn,
        "CreationTimestamp": version.created,
        "MinInferenceUnits": version.min_units,
        "MaxInferenceUnits": version.max_units,
        "Status": version.status,
        "StatusMessage": message or MESSAGES.get(version.status),
        "OutputConfig": {"S3Bucket": version.bucket, "S3KeyPrefix": version.prefix},
        "KmsKeyId": version.kms_key,
        "VersionDescription": version.description,
        "SourceProjectVersionArn": version.source,
        "Feature": "CUSTOM_LABELS",
        "BaseModelVersion": BASE_MODEL,
        **_data_results(replace(version, training=None) if passing else version),
        **(_trained(version.training) if version.training and not passing else {}),
    }
    return {name: value for name, value in present.items() if value is not None}


def _data_results(version: Version) -> dict[str, Any]:
    outputs = version.training.manifests if version.training else {}
    results = {
        f"{kind}ingDataResult": {
            part: _assets(places)
            for part, places in (
                ("Input", version.inputs.get(kind, ())),
                ("Output", [outputs[kind]] if kind in outputs else ()),
                ("Validation", [outputs[f"{kind}Validation"]] if f"{kind}Validation" in outputs else ()),
            )
            if places
        }
        for kind in ("Train", "Test")
    }
    if version.auto_split:
        results["TestingDataResult"]["Input"] = {"AutoCreate": True}
    return {name: result for name, result in results.items() if result}


def _assets(places: Iterable[Location]) -> dict[str, Any]:
    return {"Assets": [{"GroundTruthManifest": named(place)} for place in places]}


def _trained(training: Training) -> dict[str, Any]:
    described: dict[str, Any] = {"TrainingEndTimestamp": training.ended}
    if training.summary:
        described["BillableTrainingTimeInSeconds"] = training.seconds
        described["EvaluationResult"] = {"F1Score": training.f1, "Summary": named(training.summary)}
    if "Summary" in training.manifests:
        described["ManifestSummary"] = named(training.manifests["Summary"])
    return described
