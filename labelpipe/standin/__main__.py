"""python -m labelpipe.standin: serve until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from labelpipe.standin import routes
from labelpipe.standin.control import BadFaults, parsed
from labelpipe.standin.lifecycle import Delays
from labelpipe.standin.server import ThreadedStandin


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        standin = ThreadedStandin(
            options.state,
            s3_endpoint_url=options.s3_endpoint_url,
            cloudwatch_endpoint_url=options.cloudwatch_endpoint_url,
            metric_seconds=options.metric_seconds,
            delays=Delays(options.start_seconds, options.stop_seconds, options.dataset_seconds),
            host=options.host,
            port=options.port,
            faults=parsed(options.faults, routes.kinds()) if options.faults else None,
        )
    except BadFaults as error:
        print(f"standin: --faults: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"standin: cannot serve at {options.host}:{options.port} from {options.state}: {error}", file=sys.stderr)
        return 1
    with standin:
        print(f"standin listening on {standin.url}", flush=True)
        while not ended.wait(0.5):  # a signal that the system gives to another thread wakes this one from no wait
            pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m labelpipe.standin", description="A local Rekognition Custom Labels.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR", help="keeps projects and models")
    parser.add_argument("--s3-endpoint-url", metavar="URL", help="S3 to read images from (default: as boto3 says)")
    parser.add_argument("--cloudwatch-endpoint-url", metavar="URL", help="where the metric goes (default: nowhere)")
    parser.add_argument("--metric-seconds", type=float, default=60.0, help="between two of its data")
    parser.add_argument("--start-seconds", type=float, default=4.0, help="from STARTING to RUNNING")
    parser.add_argument("--stop-seconds", type=float, default=1.0, help="from STOPPING to STOPPED")
    parser.add_argument("--dataset-seconds", type=float, default=0.2, help="from CREATE_IN_PROGRESS to CREATE_COMPLETE")
    parser.add_argument("--faults", metavar="JSON", help="what is to go wrong, as PUT /_standin/faults")
    return parser


if __name__ == "__main__":
    sys.exit(main())
