"""python -m labelpipe.standin: serve until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from labelpipe.standin.folder import Unusable
from labelpipe.standin.http import routes
from labelpipe.standin.http.control import ControlError, parsed
from labelpipe.standin.http.dials import limits_from
from labelpipe.standin.lifecycle import REALISTIC, Delays
from labelpipe.standin.server import ThreadedStandin

Value = TypeVar("Value")

HIGHEST_PORT = 65535
LONGEST = 1e9  # seconds

# What lasts, by its name in Delays, in seconds of the service.
LASTS = {
    "start": "from STARTING to RUNNING",
    "stop": "from STOPPING to STOPPED",
    "dataset": "of an import into a dataset",
    "training": "of a training at least, learning may take longer",
    "copy": "from COPYING_IN_PROGRESS to COPYING_COMPLETED",
    "delete": "from DELETING to gone",
    "project": "from CREATING to CREATED",
}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        with _standin(options) as standin:
            print(f"standin listening on {standin.url}", flush=True)
            while not ended.wait(0.5):  # a signal that the system gives to another thread wakes this one from no wait
                pass
    except (ControlError, Unusable) as error:
        return _refused(str(error))
    except OSError as error:
        if error.filename:  # a full disk
            return _refused(str(error))
        place = f"{options.host}:{options.port} ({error.strerror})"
        return _refused(f"cannot listen at {place}: give another --port, or 0 for a free one")
    return 0


def _refused(why: str) -> int:
    print(f"standin: {why}", file=sys.stderr)
    return 1


def _standin(options: argparse.Namespace) -> ThreadedStandin:
    return ThreadedStandin(
        options.state,
        s3_endpoint_url=_given("--s3-endpoint-url", options.s3_endpoint_url, _url),
        cloudwatch_endpoint_url=_given("--cloudwatch-endpoint-url", options.cloudwatch_endpoint_url, _url),
        delays=_delays(options),
        host=options.host,
        port=options.port,
        speed=options.speed,
        faults=_given("--faults", options.faults, partial(parsed, kinds=routes.kinds())),
        limits=_given("--limits", options.limits, limits_from),
    )


def _given(flag: str, text: str | None, parse: Callable[[str], Value]) -> Value | None:
    try:
        return parse(text) if text else None
    except ControlError as error:
        raise ControlError(f"{flag}: {error}") from error


def _delays(options: argparse.Namespace) -> Delays:
    """Those that are given, and for the rest the service's own or the short ones of a laptop."""
    given = {name: seconds for name in LASTS if (seconds := getattr(options, f"{name}_seconds")) is not None}
    return replace(REALISTIC if options.realistic else Delays(), **given)


def _url(text: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return text
    raise ControlError(f"{text} is not a URL such as http://127.0.0.1:4566")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to {HIGHEST_PORT}")
    return int(text)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 to a thousand million")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m labelpipe.standin", description="A local Rekognition Custom Labels.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="0, the default, takes a free one")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="keeps projects and models")
    parser.add_argument("--s3-endpoint-url", metavar="URL", help="S3 to read images from (default: as boto3 says)")
    parser.add_argument("--cloudwatch-endpoint-url", metavar="URL", help="where the metric goes (default: nowhere)")
    short, long = asdict(Delays()), asdict(REALISTIC)
    for name, what in LASTS.items():
        lasts = f"{what} (default: {short[name]:g}; --realistic: {long[name]:g})"
        parser.add_argument(f"--{name}-seconds", type=_seconds, metavar="N", help=lasts)
    parser.add_argument("--realistic", action="store_true", help="let everything last as long as in the service")
    parser.add_argument("--speed", type=_seconds, default=1.0, metavar="N", help="seconds of the service in a real one")
    parser.add_argument("--faults", metavar="JSON", help="what is to go wrong, as PUT /_standin/faults")
    parser.add_argument("--limits", metavar="off|JSON", help="quotas, as PUT /_standin/limits (default: AWS's)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
