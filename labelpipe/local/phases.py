"""Named phases with progress and times, on stderr."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

Say = Callable[[str], None]
"""Tells what goes on now, within a phase."""


@dataclass(frozen=True)
class Phases:
    """Shows one phase at a time: a spinner where somebody watches, a line when it is done."""

    console: Console

    @contextmanager
    def phase(self, name: str) -> Iterator[Say]:
        """Give a function to say what goes on; the last thing said stays on the line."""
        begun, said = time.monotonic(), ""

        def say(text: str) -> None:
            nonlocal said
            said = escape(text)
            status.update(f"{name}  [dim]{said}[/]")

        with self.console.status(name) as status:
            try:
                yield say
            except BaseException:
                self._line("[red]✗[/]", name, begun, said)
                raise
        self._line("[green]✓[/]", name, begun, said)

    def remark(self, text: str) -> None:
        """Something to know between two phases."""
        self.console.print(f"  [dim]{escape(text)}[/]", highlight=False, soft_wrap=True)

    def _line(self, mark: str, name: str, begun: float, said: str) -> None:
        seconds = time.monotonic() - begun
        self.console.print(f"{mark} {name:<46} {seconds:5.1f} s  [dim]{said}[/]", highlight=False, soft_wrap=True)
