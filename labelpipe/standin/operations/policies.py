"""PutProjectPolicy, ListProjectPolicies, DeleteProjectPolicy.

Rules: "Attaching a project policy (SDK)" in the Custom Labels guide. Only the latest revision is kept, and only that
can be updated or deleted. A policy is kept and told; in one account it allows nobody anything.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any

from labelpipe.standin.arns import Place
from labelpipe.standin.errors import (
    InvalidPolicyRevisionIdException,
    LimitExceededException,
    MalformedPolicyDocumentException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from labelpipe.standin.limits import full
from labelpipe.standin.operations.paging import page_after
from labelpipe.standin.service import Service
from labelpipe.standin.state import Policy, Project

PAGE = 5
# "Creating a project policy document" in the same guide.
_REQUIRED = {"Effect", "Principal", "Action", "Resource"}
_PROHIBITED = {"NotPrincipal", "NotAction", "NotResource"}


def put(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    """A new policy has no revision; a policy that is there is updated by naming its latest one."""
    _check_document(request["PolicyDocument"])
    with service.turn() as state:
        now = service.clock()
        project = state.open_project(request["ProjectArn"], "PutProjectPolicy", now)
        before = _current(project, request["PolicyName"])
        if before is None:
            _check_new(project, request, service.limits.policies)
        elif "PolicyRevisionId" not in request:  # inferred: the guide gives the error for an unknown revision alone
            raise ResourceAlreadyExistsException(f"The project already has a policy {before.name}.")
        else:
            _check_revision(before, request["PolicyRevisionId"])
        created = before.created if before else now
        policy = Policy(request["PolicyName"], secrets.token_hex(16), request["PolicyDocument"], created, now)
        state.put(replace(project, policies=(*_others(project, policy.name), policy)))
    return {"PolicyRevisionId": policy.revision}


def listed(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        project = state.project(request["ProjectArn"])
    policies = sorted(project.policies, key=lambda policy: policy.name)
    shown, token = page_after(policies, request, key=lambda policy: policy.name, read=str, default=PAGE)
    return {"ProjectPolicies": [_described(project, policy) for policy in shown], **token}


def delete(service: Service, request: dict[str, Any], place: Place) -> dict[str, Any]:
    with service.turn() as state:
        project = state.open_project(request["ProjectArn"], "DeleteProjectPolicy", service.clock())
        policy = _current(project, request["PolicyName"])
        if policy is None:
            raise ResourceNotFoundException(f"The project has no policy {request['PolicyName']}.")
        if "PolicyRevisionId" in request:
            _check_revision(policy, request["PolicyRevisionId"])
        state.put(replace(project, policies=_others(project, policy.name)))
    return {}


def _current(project: Project, name: str) -> Policy | None:
    return next((policy for policy in project.policies if policy.name == name), None)


def _others(project: Project, name: str) -> tuple[Policy, ...]:
    return tuple(policy for policy in project.policies if policy.name != name)


def _check_new(project: Project, request: dict[str, Any], limit: int | None) -> None:
    if "PolicyRevisionId" in request:
        raise InvalidPolicyRevisionIdException(f"The project has no policy {request['PolicyName']} to update.")
    if full(len(project.policies), limit):
        raise LimitExceededException(f"A project has at most {limit} policies.")


def _check_revision(policy: Policy, revision: str) -> None:
    if revision != policy.revision:
        raise InvalidPolicyRevisionIdException(f"{revision} is not the latest revision of {policy.name}.")


def _check_document(text: str) -> None:
    """The outer form of an IAM policy with principals; actions and ARNs are not looked at."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedPolicyDocumentException("The policy document is not JSON.") from error
    statements = document.get("Statement") if isinstance(document, dict) else None
    for statement in statements if statements and isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or _REQUIRED - set(statement) or _PROHIBITED & set(statement):
            raise MalformedPolicyDocumentException(
                "Every statement of the policy must have Effect, Principal, Action and Resource, and no Not of them."
            )
        if statement["Effect"] not in ("Allow", "Deny"):
            raise MalformedPolicyDocumentException("The Effect of a statement must be Allow or Deny.")


def _described(project: Project, policy: Policy) -> dict[str, Any]:
    return {
        "ProjectArn": project.arn,
        "PolicyName": policy.name,
        "PolicyRevisionId": policy.revision,
        "PolicyDocument": policy.document,
        "CreationTimestamp": policy.created,
        "LastUpdatedTimestamp": policy.updated,
    }
