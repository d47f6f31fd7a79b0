"""ListTagsForResource, TagResource, UntagResource."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.errors import ServiceQuotaExceededException
from labelpipe.standin.service import Service

MAX_TAGS = 200


def listed(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        return {"Tags": dict(state.find(request["ResourceArn"]).tags)}


def tag(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        resource = state.find(request["ResourceArn"])
        tags = {**resource.tags, **request["Tags"]}
        if len(tags) > MAX_TAGS:
            raise ServiceQuotaExceededException(f"A resource has at most {MAX_TAGS} tags.")  # the error is inferred
        state.put(replace(resource, tags=tags))
    return {}


def untag(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        resource = state.find(request["ResourceArn"])
        left = {key: value for key, value in resource.tags.items() if key not in request["TagKeys"]}
        state.put(replace(resource, tags=left))
    return {}
