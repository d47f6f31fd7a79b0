"""One request, by number: what it asks, and the bytes that ask it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any

import botocore.session
from botocore.model import OperationModel

from labelpipe.standin import wire
from labelpipe.standin.sagemaker import wire as sagemaker
from tests.fuzz.known import Known
from tests.fuzz.values import Values

INVOKE, HTTP = "InvokeEndpoint", "(no HTTP)"
IMAGES = 0.015  # the share of requests that a model may have to look at: each takes as long as fifty others
_PREFIXES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(wire.OPERATIONS, "RekognitionService.") | dict.fromkeys(sagemaker.OPERATIONS, sagemaker.PREFIX)
)
_OPERATIONS = sorted(_PREFIXES)
_OFTEN = [0.2 if name.startswith("Delete") else 1.0 for name in _OPERATIONS]  # else there is soon nothing to ask of
_KINDS = {"valid": 0.0, "nearly": 0.08, "hostile": 0.4}  # by kind, the chance that a value is wrong


@dataclass(frozen=True)
class Case:
    """A request.

    number: of the seed's.
    operation: what it asks, or HTTP when that cannot be told.
    kind: valid, nearly, hostile, or how its bytes were spoilt.
    value: what its body says, when it is JSON.
    content: everything that is sent.
    """

    number: int
    operation: str
    kind: str
    value: Any
    content: bytes


@cache
def model(operation: str) -> OperationModel:
    """botocore's."""
    service = (
        "sagemaker-runtime" if operation == INVOKE else "rekognition" if operation in wire.OPERATIONS else "sagemaker"
    )
    return _service(service).operation_model(operation)


@cache
def _service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def make(seed: int, number: int, known: Known) -> Case:
    """The seed's case of that number; the same when the server told the same names before."""
    random = Random(f"{seed} {number}")
    draw = random.random()
    if draw < IMAGES:
        return _image(random, number, known)
    if draw < 0.1:
        return _spoilt(random, _asking(random, number, known), number)
    return _asking(random, number, known)


def _asking(random: Random, number: int, known: Known) -> Case:
    (operation,) = random.choices(_OPERATIONS, _OFTEN)
    kind = random.choice(list(_KINDS))
    value = Values(random, known, _KINDS[kind]).of(model(operation).input_shape, operation)
    if operation == "DetectCustomLabels" and isinstance(value, dict) and random.random() < 0.9:
        value["Image"] = {"S3Object": {"Bucket": "images", "Name": "absent"}}  # images have a share of their own
    return Case(number, operation, kind, value, post(operation, json.dumps(value).encode()))


def _image(random: Random, number: int, known: Known) -> Case:
    content = known.blob("Bytes", random)
    if random.random() < 0.3:
        name = random.choice(["served", "served", "n0", "absent"])
        head = f"POST /endpoints/{name}/invocations HTTP/1.1\r\nContent-Type: image/png"
        return Case(number, INVOKE, "image", None, _framed(head, content))
    value = {
        "ProjectVersionArn": known.running,
        "Image": {"Bytes": base64.b64encode(content).decode()},
        "MinConfidence": random.choice([0, 50]),
    }
    return Case(number, "DetectCustomLabels", "image", value, post("DetectCustomLabels", json.dumps(value).encode()))


def post(operation: str, body: bytes) -> bytes:
    return _framed(f"POST / HTTP/1.1\r\nX-Amz-Target: {_PREFIXES[operation]}{operation}", body)


def _framed(head: str, body: bytes) -> bytes:
    return f"{head}\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _spoilt(random: Random, case: Case, number: int) -> Case:
    """The case's bytes with something wrong: bytes changed, cut out, doubled or put in, or another head."""
    content, kind = bytearray(case.content), random.choice(["bytes", "cut", "doubled", "inserted", "head", "garbage"])
    at, end = sorted(random.randrange(len(content)) for _ in range(2))
    if kind == "bytes":
        for _ in range(random.randint(1, 20)):
            content[random.randrange(min(len(content), 200))] = random.randrange(256)
    elif kind == "cut":
        del content[at:end]
    elif kind == "doubled":
        content[at:at] = content[at:end]
    elif kind == "inserted":
        content[at:at] = random.choice([b"\r\n", b"\0", b"\xff" * 50, b"\r\n\r\n", b": ", b"Expect: 100-continue\r\n"])
    elif kind == "head":
        content = bytearray(_head(random) + content)
    else:
        content = bytearray(random.randbytes(random.randint(1, 300)))
    return Case(number, HTTP, kind, None, bytes(content))


def _head(random: Random) -> bytes:
    line = random.choice(
        [b"GET / HTTP/1.1", b"GET /", b"PUT /_standin/faults HTTP/1.1", b"POST * HTTP/1.0", b"TRACE / HTTP/1.1"]
    )
    lines = [
        b"Content-Length: " + random.choice([b"-1", b"1e3", b"0", b"99999999999", b"\xb2", b"5, 5"]),
        b"Transfer-Encoding: " + random.choice([b"chunked", b"gzip", b"chunked, chunked"]),
        b"Authorization: AWS4-HMAC-SHA256 Credential=" + random.choice([b"", b"/" * 5000, b"a/20261120/\xff/"]),
        b"X: " + b"y" * random.choice([10, 70_000]),
        b"Expect: 100-continue",
    ]
    return b"\r\n".join([line, *random.sample(lines, random.randint(0, 3)), b"", b""])
