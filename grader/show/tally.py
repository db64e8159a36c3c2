"""How far a long run is: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 30.0


class Tally:
    """Counts what is done of a number of things to do."""

    def __init__(
        self, console: Console, total: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console
        self._total = total
        self._clock = clock
        self._done = 0
        self._first = self._told = clock()
        self._bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
            speed_estimate_period=3600,
        )
        self._task = self._bar.add_task("", total=total)

    def advance(self) -> None:
        """Count one more."""
        self._done += 1
        self._bar.advance(self._task)
        now = self._clock()
        if self._done == 1:
            self._first = now  # what came before was the start, TensorFlow's import and so on
        if (
            not self._console.is_terminal
            and self._done < self._total
            and now - self._told >= SECONDS_BETWEEN_LINES
        ):
            self._told = now
            told = f"{self._done} of {self._total} graded"
            if self._done > 1:
                left = (now - self._first) / (self._done - 1) * (self._total - self._done)
                told += f", about {_in_words(left)} left"
            self._console.print(told, soft_wrap=True)

    def __enter__(self) -> Tally:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()


def _in_words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
