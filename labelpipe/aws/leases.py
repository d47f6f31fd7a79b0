"""Leases as schedules of EventBridge Scheduler, in a group that is ours alone."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from labelpipe.core.control.actions import Outcome
from labelpipe.core.control.leases import RATE, Lease

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

_OURS = re.compile(r"(version|endpoint|queue)-[\da-f]{32}", re.ASCII)


class Leases:
    """Errors escape as botocore's ClientError."""

    def __init__(
        self, scheduler: "EventBridgeSchedulerClient", group: str, role_arn: str, dead_letter_queue_arn: str
    ) -> None:
        self._scheduler = scheduler
        self._group = group
        self._role_arn = role_arn
        self._dead_letter_queue_arn = dead_letter_queue_arn

    def all(self) -> tuple[Lease, ...]:
        """Every lease in the group."""
        return tuple(lease for name in self._names() if (lease := self._read(name)))

    def write(self, lease: Lease) -> None:
        """Make the schedule, or move it: an update takes the full definition."""
        definition = self._definition(lease)
        try:
            self._scheduler.update_schedule(**definition)
        except self._scheduler.exceptions.ResourceNotFoundException:
            self._scheduler.create_schedule(**definition)

    def remove(self, lease: Lease) -> Outcome:
        """Remove it unless someone has written it since it was read: then something has been started meanwhile."""
        now = self._read(lease.name)
        if now is None:
            return Outcome.DONE
        if now.written != lease.written:
            return Outcome.BUSY
        self._scheduler.delete_schedule(Name=lease.name, GroupName=self._group)
        return Outcome.DONE

    def _names(self) -> Iterator[str]:
        pages = self._scheduler.get_paginator("list_schedules").paginate(GroupName=self._group)
        yield from (each["Name"] for page in pages for each in page["Schedules"] if _OURS.fullmatch(each["Name"]))

    def _read(self, name: str) -> Lease | None:
        try:
            kept = self._scheduler.get_schedule(Name=name, GroupName=self._group)
        except self._scheduler.exceptions.ResourceNotFoundException:
            return None
        description = kept.get("Description", "")
        return Lease.read(name, kept["Target"]["Input"], description, kept["StartDate"], kept["LastModificationDate"])

    def _definition(self, lease: Lease) -> Any:
        return {
            "Name": lease.name,
            "GroupName": self._group,
            "Description": lease.description,
            "ScheduleExpression": RATE,
            "StartDate": lease.ends,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "Target": {
                "Arn": lease.target_arn,
                "Input": lease.input,
                "RoleArn": self._role_arn,
                "DeadLetterConfig": {"Arn": self._dead_letter_queue_arn},
                # It recurs anyway: a late retry would only meet a model that has been started again.
                "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 120},
            },
        }
