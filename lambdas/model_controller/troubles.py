"""What went wrong at a tick: each is logged and counted, and the rest goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger


class Troubles:
    """Their lines, in order; the same one once."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self.lines: list[str] = []

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Let nothing that goes wrong inside stop what comes after; the invocation fails at its end."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - logged with its trace, and told at the end
            line = f"{what}: {type(error).__name__}: {error}"
            if line not in self.lines:
                self._log.exception("trouble with %s", what)
                self.lines.append(line)
