"""The line that says what is happening while files are graded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from grader.evidence.messages import Epoch, Stage
from grader.submission import Submission

_BESIDE = len("- ") + len(" 0:00:00")


class LiveLine:
    """One line on a terminal: the exercise, what it is doing, the seconds so far."""

    def __init__(
        self, console: Console, count: int, *, title: str = "", first: str = "loading TensorFlow"
    ) -> None:
        """Prepare the line for COUNT exercises, with what is said before they report.

        There is none for 0 of them, nor where a terminal cannot draw a line anew.
        """
        self._console = console
        self._bar = Progress(
            SpinnerColumn("line" if console.options.ascii_only else "dots"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not count or not console.is_terminal or console.is_dumb_terminal,
        )
        self._count = count
        self._done = 0
        self._task = self._bar.add_task(self._words(title, first))

    def update(self, submission: Submission, progress: Epoch | Stage) -> None:
        """Show what a running exercise reports."""
        exercise = submission.exercise
        self.tell(f"{exercise.id} {exercise.title}", progress)

    def tell(self, title: str, progress: Epoch | Stage) -> None:
        """Show what something that runs reports."""
        match progress:
            case Epoch(number, epochs):
                text = f"training, epoch {number}" + (f" of {epochs}" if epochs else "")
            case Stage(name):
                text = {"run": "running", "check": "checking"}[name]
        of = f"[{self._done + 1}/{self._count}] " if self._count > 1 else ""
        self._bar.update(self._task, description=self._words(of + title, text))

    def _words(self, title: str, text: str) -> str:
        """Return what fits beside spinner and seconds; rather the title is cut than they are."""
        room = self._console.width - _BESIDE - cell_len(text)
        words = f"{title}: {text}" if title else text
        if title and cell_len(title) + 2 > room:
            words = f"{set_cell_size(title, max(6, room - 3))}…: {text}"
        return escape(words)

    @contextmanager
    def one_done(self) -> Iterator[None]:
        """Count an exercise; within the block the line is away, so that others can print."""
        self._done += 1
        self._bar.stop()
        try:
            yield
        finally:
            if self._done < self._count:
                self._bar.start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the line away, within the block, so that others can print."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def __enter__(self) -> LiveLine:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
