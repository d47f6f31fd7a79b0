"""python -m tests.corpus: every file of the corpus, and what it gets."""

import sys

from labelpipe.fitting.decoder import Decoder
from tests.corpus import CORPUS
from tests.corpus.answering import Answered, answered
from tests.corpus.case import Case


def main() -> int:
    """Print a line for each; 1 when one does not get what it must."""
    decoder = Decoder()
    try:
        rows = [(case, answered(case, decoder)) for case in CORPUS]
    finally:
        decoder.close()
    for case, found in rows:
        print(f"{case.name:40} {case.suffix:7} {len(case.make()) / 1000:9.1f} kB  {_outcome(case, found)}")
    return int(any(_wrong(*row) for row in rows))


def _outcome(case: Case, found: Answered) -> str:
    done = "asked as it lies" if found.steps is None else ", ".join(found.steps)
    told = f"{found.status} {found.code.value if found.code else done}"
    return told + (f"   WRONG: should be {case.status} {case.code} {case.steps}" if _wrong(case, found) else "")


def _wrong(case: Case, found: Answered) -> bool:
    return (found.status, found.code, found.steps) != (case.status, case.code, case.steps)


if __name__ == "__main__":
    sys.exit(main())
