"""Jobs and answers on a pipe: a line of JSON, then the bytes of a picture. A decoder is not trusted with pickles."""

import json
from dataclasses import asdict
from typing import IO, Any

from labelpipe.core.boxes import Box, WayBack
from labelpipe.core.codes import Code
from labelpipe.core.inference.causes import Cause, Failure
from labelpipe.core.inference.images import Facts
from labelpipe.core.results import Transform
from labelpipe.fitting.values import Fitted, Job


def write_job(pipe: IO[bytes], job: Job) -> None:
    """Raise OSError when nobody listens."""
    _write(pipe, {"format": job.format, "upright": job.upright}, job.body)


def read_job(pipe: IO[bytes]) -> Job | None:
    """None when no more will come."""
    try:
        said, body = _read(pipe)
    except EOFError:
        return None
    return Job(body, said["format"], said["upright"])


def write_fitted(pipe: IO[bytes], fitted: Fitted) -> None:
    """The answer to a job."""
    said = {
        "stored": asdict(fitted.stored),
        "transform": asdict(fitted.transform),
        "orientation": fitted.way_back.orientation,
        "content": asdict(fitted.way_back.content),
    }
    _write(pipe, said, fitted.body)


def write_refusal(pipe: IO[bytes], code: Code, detail: str) -> None:
    """The answer to a job whose image can never work."""
    _write(pipe, {"refused": code.value, "detail": detail}, b"")


def write_bug(pipe: IO[bytes], traceback: str) -> None:
    """The answer to a job on which the decoder's own code failed."""
    _write(pipe, {"bug": traceback}, b"")


def read_answer(pipe: IO[bytes]) -> Fitted:
    """Raise Failure BAD_IMAGE for a refusal, RuntimeError for a bug, EOFError when the other side ends first."""
    said, body = _read(pipe)
    if "bug" in said:
        raise RuntimeError(f"the decoder failed: {said['bug']}")
    if "refused" in said:
        raise Failure(Cause.BAD_IMAGE, said["detail"], code=Code(said["refused"]))
    steps = tuple(said["transform"].pop("steps"))
    return Fitted(
        body,
        Facts(**said["stored"]),
        Transform(steps, **said["transform"]),
        WayBack(said["orientation"], Box(**said["content"])),
    )


def _write(pipe: IO[bytes], said: dict[str, Any], body: bytes) -> None:
    pipe.write(json.dumps(said | {"bytes": len(body)}).encode() + b"\n")
    pipe.write(body)
    pipe.flush()


def _read(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    line = pipe.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    said = json.loads(line)
    size = said.pop("bytes")
    body = pipe.read(size)
    if len(body) < size:
        raise EOFError
    return said, body
