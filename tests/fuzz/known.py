"""What the fuzzer may name: what exists in S3, and what the server's replies told."""

import json
import re
import threading
from collections.abc import Sequence
from random import Random
from typing import Any

_KEPT = 200
_ALLOWED = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "rekognition:CopyProjectVersion", "Resource": "*"}
_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [_ALLOWED]})
_KINDS = {
    "version": re.compile(r":project/[^/]+/version/[^/]+/\d+$"),
    "dataset": re.compile(r":project/[^/]+/dataset/[^/]+/\d+$"),
    "project": re.compile(r":project/[^/]+/\d+$"),
}
# Which kind of name a member takes.
_MEMBERS = {
    "ProjectArn": "project", "SourceProjectArn": "project", "DestinationProjectArn": "project", "DatasetArn": "dataset",
    "Arn": "dataset", "ProjectVersionArn": "version", "SourceProjectVersionArn": "version", "ResourceArn": "any",
    "NextToken": "NextToken", "PolicyRevisionId": "PolicyRevisionId", "Bucket": "bucket", "S3Bucket": "bucket",
    "Name": "key", "EndpointName": "endpoint", "EndpointConfigName": "config", "ModelName": "model",
    "PolicyDocument": "policy", "InstanceType": "instance", "ExecutionRoleArn": "role",
}  # fmt: skip


class Known:
    """Names by kind. The running version is never stopped or deleted: without it no image would be looked at.

    Args:
        lines: manifests, good and odd.
        images: photographs, to be spoilt byte by byte.
        keys: of the objects in the bucket "images".
    """

    def __init__(self, lines: Sequence[bytes], images: Sequence[bytes], keys: Sequence[str]) -> None:
        self._lines, self._images, self._lock = lines, images, threading.Lock()
        small = [f"n{number}" for number in range(6)]
        self._names: dict[str, list[str]] = {
            "bucket": ["images", "images", "results", "absent", "a.b", "x--x-s3"], "key": [*keys, "absent", "a b+ü"],
            "endpoint": small, "config": small, "model": small, "instance": ["ml.m5.large"],
            "role": ["arn:aws:iam::000000000000:role/r"],
            "policy": [_POLICY, _POLICY, "{}", "[" * 2000, '{"Statement": 7}'],
        }  # fmt: skip
        self.running = ""

    def text(self, member: str, random: Random) -> str | None:
        """A name that fits the member, if there is one."""
        with self._lock:
            kind = _MEMBERS.get(member, "")
            names = (
                [n for each in _KINDS for n in self._names.get(each, [])] if kind == "any" else self._names.get(kind)
            )
            return random.choice(names) if names else None

    def blob(self, member: str, random: Random) -> bytes:
        """An image or manifest lines, with up to a handful of bytes that are not as they were."""
        content = bytearray(random.choice(self._images if member == "Bytes" else self._lines))
        for _ in range(random.choice([0, 0, 1, 1, 2, 5, 40])):
            content[random.randrange(len(content))] = random.randrange(256)
        return bytes(content[: random.randrange(len(content))] if random.random() < 0.1 else content)

    def learn(self, reply: Any) -> None:
        """Remember the ARNs, tokens and revisions of a reply."""
        for member, value in _texts(reply):
            kind = next((kind for kind, pattern in _KINDS.items() if pattern.search(value)), member)
            if kind in (*_KINDS, "NextToken", "PolicyRevisionId") and value != self.running:
                self._keep(kind, value)

    def _keep(self, kind: str, value: str) -> None:
        with self._lock:
            names = self._names.setdefault(kind, [])
            if value not in names:
                names.append(value)
                del names[:-_KEPT]


def _texts(value: Any, member: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [found for name, item in value.items() for found in _texts(item, name)]
    if isinstance(value, list):
        return [found for item in value for found in _texts(item, member)]
    return [(member, value)] if isinstance(value, str) else []


def odd_lines(good: Sequence[str]) -> list[bytes]:
    """Manifests: good lines, good lines with one thing changed in each, and no lines at all."""
    row = json.loads(good[0])
    odd: list[Any] = [
        {},
        [],
        7,
        None,
        {"source-ref": 7},
        {"source-ref": "s3://x"},
        row | {"bb": None},
        row | {"bb": []},
    ]
    odd += [row | {"bb-metadata": value} for value in (None, 7, {}, row["bb-metadata"] | {"class-map": {"0": 7}})]
    boxes = row["bb"]["annotations"]
    for value in (None, "x", -1, 10**400, 1e308, {}, True):
        odd.append(row | {"bb": row["bb"] | {"annotations": [{**boxes[0], "left": value}]}})
        odd.append(row | {"bb": row["bb"] | {"annotations": [{**boxes[0], "class_id": value}]}})
        odd.append(row | {"bb": row["bb"] | {"image_size": value}})
    odd.append(row | {"source-ref": "s3://images/\ud800"})
    nothing = [b"\n", b"\xff\xfe", b"[" * 50_000, b"{}\n" * 500, b"\x00" * 100, b"\xef\xbb\xbf" + good[0].encode()]
    return ["\n".join(good).encode()] * 4 + [json.dumps(each).encode() for each in odd] + nothing
