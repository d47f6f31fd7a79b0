"""Resource names: how the service writes them, and how it takes them apart."""

from __future__ import annotations

from dataclasses import dataclass

ACCOUNT = "000000000000"

_NAME = r"[a-zA-Z0-9_.\-]{1,255}"
_HEAD = rf"^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{{12}}:project/{_NAME}"

# The patterns of the API's model.
PROJECT = _HEAD + r"/[0-9]+$"
DATASET = _HEAD + r"/dataset/(train|test)/[0-9]+$"
VERSION = _HEAD + rf"/version/{_NAME}/[0-9]+$"


@dataclass(frozen=True)
class Place:
    """Where a request was signed for; ARNs of another Region are unknown here."""

    region: str = "us-east-1"

    def project(self, name: str, stamp: int) -> str:
        return f"arn:aws:rekognition:{self.region}:{ACCOUNT}:project/{name}/{stamp}"

    def holds(self, arn: str) -> bool:
        return arn.split(":")[3:4] == [self.region]


def dataset(project_arn: str, kind: str, stamp: int) -> str:
    """The ARN of a project's dataset; kind is TRAIN or TEST, stamp in epoch milliseconds."""
    return f"{_without_stamp(project_arn)}/dataset/{kind.lower()}/{stamp}"


def version(project_arn: str, name: str, stamp: int) -> str:
    """The ARN of a project's version; stamp in epoch milliseconds."""
    return f"{_without_stamp(project_arn)}/version/{name}/{stamp}"


def stamp(arn: str) -> int:
    """The creation stamp that ends every ARN, in epoch milliseconds."""
    return int(arn.rpartition("/")[2])


def _without_stamp(arn: str) -> str:
    return arn.rpartition("/")[0]
