"""Create, describe, list and delete endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from labelpipe.standin.operations.paging import following, last_key, size, whole
from labelpipe.standin.sagemaker.errors import ValidationException
from labelpipe.standin.sagemaker.hosting import Table
from labelpipe.standin.sagemaker.resources import Endpoint, EndpointConfig, Model, Status
from labelpipe.standin.sagemaker.serving import can_serve
from labelpipe.standin.service import Service

DELETABLE = frozenset({Status.IN_SERVICE, Status.FAILED})
PAGE = 10

_SORTED_BY: Mapping[str, Callable[[Endpoint], Any]] = MappingProxyType(
    {
        "Name": lambda endpoint: endpoint.name,
        "CreationTime": lambda endpoint: endpoint.created,
        "Status": lambda endpoint: endpoint.status,
    }
)


def create(
    service: Service, request: dict[str, Any], table: Table, becomes: Status = Status.IN_SERVICE
) -> dict[str, Any]:
    """Start it; it fails in the end when its container would not start, which is known only then."""
    name = request["EndpointName"]
    table.check_free(Endpoint, name)
    config: EndpointConfig = table.find(EndpointConfig, request["EndpointConfigName"])
    models: list[Model] = [table.find(Model, variant.model) for variant in config.variants]
    environment = models[0].container.environment
    endpoint = Endpoint(
        arn=table.arn(Endpoint, name),
        name=name,
        config=config.name,
        created=table.now,
        modified=table.now,
        variants=config.variants,
        environment=environment,
        status=Status.CREATING,
        due=table.now + service.delays.start,
        becomes=becomes if can_serve(service, environment) else Status.FAILED,
    )
    table.put(endpoint)
    return {"EndpointArn": endpoint.arn}


def describe(service: Service, request: dict[str, Any], table: Table) -> dict[str, Any]:
    endpoint: Endpoint = table.find(Endpoint, request["EndpointName"])
    described = {**_summary(endpoint), "EndpointConfigName": endpoint.config}
    if endpoint.status is Status.FAILED:
        described["FailureReason"] = _reason(endpoint)
    else:
        described["ProductionVariants"] = _variants(endpoint)
    return described


def delete(service: Service, request: dict[str, Any], table: Table, becomes: Status | None = None) -> None:
    endpoint: Endpoint = table.find(Endpoint, request["EndpointName"])
    if endpoint.status not in DELETABLE:
        raise ValidationException(f'Cannot update in-progress endpoint "{endpoint.arn}".')
    due = table.now + service.delays.stop
    table.put(replace(endpoint, status=Status.DELETING, modified=table.now, due=due, becomes=becomes))


def listed(service: Service, request: dict[str, Any], table: Table) -> dict[str, Any]:
    found = [endpoint for endpoint in table.endpoints() if _wanted(endpoint, request)]
    descending = request.get("SortOrder", "Descending") == "Descending"
    found.sort(key=_SORTED_BY[request.get("SortBy", "CreationTime")], reverse=descending)
    start = last_key(request, whole) or 0  # a place in the list: AWS's order has keys that are equal
    end = start + size(request, PAGE)
    token = following(request, end) if end < len(found) else {}
    return {"Endpoints": [_summary(endpoint) for endpoint in found[start:end]], **token}


def _wanted(endpoint: Endpoint, request: dict[str, Any]) -> bool:
    always = float("inf")
    return (
        request.get("NameContains", "").lower() in endpoint.name.lower()
        and request.get("StatusEquals", endpoint.status) == endpoint.status
        and request.get("CreationTimeAfter", -always) <= endpoint.created <= request.get("CreationTimeBefore", always)
        and request.get("LastModifiedTimeAfter", -always) <= endpoint.modified
        and endpoint.modified <= request.get("LastModifiedTimeBefore", always)
    )


def _summary(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "CreationTime": endpoint.created,
        "LastModifiedTime": endpoint.modified,
        "EndpointStatus": endpoint.status,
    }


def _reason(endpoint: Endpoint) -> str:
    return (
        f"The primary container for production variant {endpoint.variants[0].name} did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint."
    )


def _variants(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {
            "VariantName": variant.name,
            "CurrentWeight": variant.weight,
            "DesiredWeight": variant.weight,
            "CurrentInstanceCount": 0 if endpoint.status is Status.CREATING else variant.instances,
            "DesiredInstanceCount": variant.instances,
        }
        for variant in endpoint.variants
    ]
