"""DescribeProjectVersions, StartProjectVersion, StopProjectVersion, DeleteProjectVersion."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.errors import InvalidParameterException, LimitExceededException, ResourceInUseException
from labelpipe.standin.lifecycle import DELETABLE, MESSAGES, OCCUPYING, STARTABLE, STOPPABLE, Status
from labelpipe.standin.operations.paging import page
from labelpipe.standin.service import Service
from labelpipe.standin.state import Location, State, Training, Version

# Quotas of an account: "Amazon Rekognition endpoints and quotas" in the AWS General Reference.
MAX_RUNNING = 2
MAX_UNITS = 5


def describe(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    names = request.get("VersionNames")
    with service.turn() as state:
        project = state.project(request["ProjectArn"])
        versions = state.versions(service.clock(), project.arn)
    found = [_described(version) for version in versions if names is None or version.name in names]
    shown, token = page(found, request)
    return {"ProjectVersionDescriptions": shown, **token}


def start(service: Service, request: dict[str, Any], place: Place, becomes: Status = Status.RUNNING) -> dict[str, Any]:
    with service.turn() as state:
        now = service.clock()
        version = state.version(request["ProjectVersionArn"], now)
        least, most = _units(request)
        if version.status not in STARTABLE:
            raise ResourceInUseException(f"The version cannot start: it is {version.status}.")
        _check_room(state, now, place)
        due = now + service.delays.start
        starting = replace(version, status=Status.STARTING, due=due, becomes=becomes)
        state.put(replace(starting, min_units=least, max_units=most))
    return {"Status": Status.STARTING}


def stop(service: Service, request: dict[str, Any], place: Place, becomes: Status = Status.STOPPED) -> dict[str, Any]:
    with service.turn() as state:
        now = service.clock()
        version = state.version(request["ProjectVersionArn"], now)
        if version.status not in STOPPABLE:
            raise ResourceInUseException(f"The version cannot stop: it is {version.status}.")
        state.put(replace(version, status=Status.STOPPING, due=now + service.delays.stop, becomes=becomes))
    service.models.forget(version.arn)
    return {"Status": Status.STOPPING}


def delete(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        version = state.version(request["ProjectVersionArn"], service.clock())
        if version.status not in DELETABLE:
            raise ResourceInUseException(f"The version cannot be deleted: it is {version.status}.")
        state.remove(version)
    service.models.forget(version.arn)
    shutil.rmtree(service.store.model_folder(version.arn))
    return {"Status": "DELETING"}


def _units(request: dict[str, Any]) -> tuple[int, int | None]:
    least, most = request["MinInferenceUnits"], request.get("MaxInferenceUnits")
    if most is not None and most < least:
        raise InvalidParameterException(
            "Request has invalid parameters: MaxInferenceUnits is less than MinInferenceUnits"
        )
    if max(least, most or 0) > MAX_UNITS:
        raise LimitExceededException(f"A version runs on at most {MAX_UNITS} inference units.")
    return least, most


def _check_room(state: State, now: float, place: Place) -> None:
    running = [v for v in state.versions(now) if v.status in OCCUPYING and place.holds(v.arn)]
    if len(running) >= MAX_RUNNING:
        raise LimitExceededException(f"An account runs at most {MAX_RUNNING} versions at once.")


def _described(version: Version) -> dict[str, Any]:
    present = {
        "ProjectVersionArn": version.arn,
        "CreationTimestamp": version.created,
        "MinInferenceUnits": version.min_units,
        "MaxInferenceUnits": version.max_units,
        "Status": version.status,
        "StatusMessage": version.message or MESSAGES.get(version.status),
        "OutputConfig": {"S3Bucket": version.bucket, "S3KeyPrefix": version.prefix},
        "KmsKeyId": version.kms_key,
        "VersionDescription": version.description,
        "Feature": "CUSTOM_LABELS",
        **_data_results(version),
        **(_trained(version.training) if version.training else {}),
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
    return {"Assets": [{"GroundTruthManifest": _s3_object(place)} for place in places]}


def _trained(training: Training) -> dict[str, Any]:
    described: dict[str, Any] = {
        "BillableTrainingTimeInSeconds": training.seconds,
        "TrainingEndTimestamp": training.ended,
    }
    if training.summary:
        described["EvaluationResult"] = {"F1Score": training.f1, "Summary": _s3_object(training.summary)}
    if "Summary" in training.manifests:
        described["ManifestSummary"] = _s3_object(training.manifests["Summary"])
    return described


def _s3_object(place: Location) -> dict[str, Any]:
    named = {"Bucket": place.bucket, "Name": place.key}
    return {"S3Object": named if place.version is None else {**named, "Version": place.version}}
