"""python -m tests.campaign --images 1000 --seed 7: the whole fault campaign, on this machine."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.campaign import report
from tests.campaign.campaign import Haste, run
from tests.campaign.odd import odd_files


def main() -> int:
    options = _parser().parse_args()
    begun, last, haste = time.monotonic(), [""], Haste()

    def say(text: str) -> None:
        if text != last[0]:
            print(f"{time.monotonic() - begun:5.0f} s  {text}", file=sys.stderr)
        last[0] = text

    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        work = options.keep or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        outcome = run(options.images, options.seed, odd_files(), haste, work, say)
    if options.json:
        print(report.as_json(outcome))
    else:
        title = f"Fault campaign: {options.images} images, seed {options.seed}"
        report.show(outcome, title, haste, Console(soft_wrap=True))
    return 0 if outcome.reckoning.well else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.campaign", description="Every fault at once, then a reckoning.")
    parser.add_argument("--images", type=int, default=1000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="what decides everything (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="the outcome as JSON")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work there, and leave logs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
