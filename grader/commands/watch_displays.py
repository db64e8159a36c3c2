"""What `grade watch` shows: a screen with keys on a terminal, else verdicts line by line."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader.catalogue import Exercise, chapter_titles, exercises
from grader.commands.application import say
from grader.commands.learners import print_hint, print_list
from grader.evidence.messages import Progress
from grader.show.guidance import points_of, shown_task
from grader.show.live_line import LiveLine
from grader.show.terminal import show_verdict
from grader.submission import Submission
from grader.verdict import Outcome, Verdict
from grader.workspace import Standing

KEYS = {
    "h": ("hint", "a hint for the exercise, from a nudge to nearly the answer"),
    "t": ("task", "what the exercise asks for; once more: back"),
    "n": ("next", "on to the next exercise that has not passed"),
    "l": ("list", "the exercises, and which have passed; once more: back"),
    "r": ("run again", "grade the file again, without a change; Enter does the same"),
    "e": ("edit", "open the file in $VISUAL, $EDITOR or VS Code"),
    "q": ("quit", "end; Ctrl-C does the same"),
    "?": ("help", "these keys; once more: back"),
}
"""Each key, and what it does, in a word and at length."""

_HINT_ROWS = 6
"""Kept free for a hint below a verdict with its figures."""


class View(Enum):
    """What fills the screen."""

    EXERCISE = "exercise"
    TASK = "task"
    LIST = "list"
    KEYS = "keys"


@dataclass
class Scene:
    """All that a screen shows, but for the line of what is running."""

    exercise: Exercise
    file: Path
    verdicts: list[Verdict] = field(default_factory=list)
    """Of the last save, in their order; several files may be saved at once."""
    hint: int = 0
    """The level of the hint that is shown; 0 for none."""
    remark: str = ""
    """What cannot be done, or has happened to no exercise in particular."""
    view: View = View.EXERCISE
    progress: dict[str, Standing] = field(default_factory=dict)
    coming: str = ""
    """What is said of the next exercise, once this one has passed."""

    @property
    def has_passed(self) -> bool:
        """Whether the last verdict is a pass."""
        return bool(self.verdicts) and self.verdicts[-1].status is Outcome.PASSED


class Display(ABC):
    """Shows what happens."""

    @abstractmethod
    def draw(self, scene: Scene) -> None:
        """Show how it stands; something has changed."""

    @abstractmethod
    def add_verdict(self, scene: Scene) -> None:
        """Show the scene's last verdict, which is new."""

    @abstractmethod
    def add_remark(self, scene: Scene) -> None:
        """Show the scene's remark, which is new."""

    def begin(self, title: str, first: str) -> None:  # noqa: B027 - many need not be told
        """Show from now on that an exercise is being graded; FIRST is what happens first."""

    def tell(self, submission: Submission, progress: Progress) -> None:  # noqa: B027
        """Show what a grade reports; may be called from another thread."""

    def end(self) -> None:  # noqa: B027
        """Nothing is being graded any more."""

    @contextmanager
    def away(self) -> Iterator[None]:
        """Print nothing within the block, for another program has the terminal."""
        yield


class PipeDisplay(Display):
    """Verdicts below each other: for pipes and files."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def draw(self, scene: Scene) -> None:
        """Print nothing: it was printed when it was new."""

    def add_verdict(self, scene: Scene) -> None:
        """Print the verdict."""
        show_verdict(scene.verdicts[-1], self._console)

    def add_remark(self, scene: Scene) -> None:
        """Print the remark on standard error."""
        say(scene.remark)


class ScreenDisplay(Display):
    """A terminal that is cleared, and filled anew, whenever something has changed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: LiveLine | None = None

    def draw(self, scene: Scene) -> None:
        """Fill the screen."""
        with self.away():
            self._console.clear()
            match scene.view:
                case View.LIST:
                    lines = len(exercises()) + 2 * len(chapter_titles()) + 4
                    fits = self._console.height >= lines
                    print_list(scene.progress, None if fits else scene.exercise.chapter)
                    print()
                case View.TASK:
                    print(shown_task(scene.exercise, self._console.width))
                    self._print(Text(f"\n{points_of(scene.exercise)}\n"))
                case View.KEYS:
                    for key, (_, meaning) in KEYS.items():
                        self._print(Text.assemble("  ", (key, "bold"), f"  {meaning}"))
                    print()
                case View.EXERCISE:
                    self._show_exercise(scene)
            if scene.remark:
                self._print(Text(scene.remark, "yellow"))
                print()
            for line in _rows_of_keys(self._console.width):
                self._print(line)

    def _show_exercise(self, scene: Scene) -> None:
        exercise = scene.exercise
        self._print(Text(_near(scene.file), "dim"))
        if not scene.verdicts:
            self._print(Text(f"{exercise.id} {exercise.title}\n", "bold"))
        taken = len(_rows_of_keys(self._console.width)) + (5 if scene.has_passed else 3)
        room = self._console.height - taken
        hint = 0 if scene.has_passed else _HINT_ROWS
        for verdict in scene.verdicts:
            rows = _rows_of(verdict, self._console.width)
            show_verdict(
                verdict,
                self._console,
                with_keys=verdict.id == exercise.id,
                brief=rows > room,
                picture_rows=room - rows - hint if len(scene.verdicts) == 1 else 0,
            )
        if scene.has_passed:
            if scene.coming:
                self._print(Text(f"{scene.coming}\n", "bold"))
        elif scene.hint:
            print_hint(exercise, scene.hint)
            print()

    def _print(self, text: Text) -> None:
        self._console.print(text)

    def add_verdict(self, scene: Scene) -> None:
        """Fill the screen."""
        self.draw(scene)

    def add_remark(self, scene: Scene) -> None:
        """Fill the screen."""
        self.draw(scene)

    def begin(self, title: str, first: str) -> None:
        """Show a line below all else."""
        self.end()
        self._live = LiveLine(self._console, 1, title=title, first=first)
        self._live.__enter__()

    def tell(self, submission: Submission, progress: Progress) -> None:
        """Show it in that line."""
        if live := self._live:
            live.update(submission, progress)

    def end(self) -> None:
        """Take the line away."""
        if self._live is not None:
            self._live.__exit__(None, None, None)
            self._live = None

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the line away within the block."""
        if self._live is None:
            yield
        else:
            with self._live.away():
                yield


def _rows_of_keys(width: int) -> list[Text]:
    """Return the keys with a word each, as many in a row as fit."""
    rows = [Text()]
    for key, (word, _) in KEYS.items():
        told = Text.assemble((key, "bold"), f" {word}")
        if rows[-1] and rows[-1].cell_len + 3 + told.cell_len > width:
            rows.append(Text())
        rows[-1] = Text("   ").join([rows[-1], told]) if rows[-1] else told
    return rows


def _rows_of(verdict: Verdict, width: int) -> int:
    """Return how many rows a whole verdict takes, pictures aside."""
    paper = io.StringIO()
    show_verdict(verdict, Console(file=paper, width=width))
    return paper.getvalue().count("\n")


def _near(file: Path) -> str:
    """Return a path as it is reached from here, where it lies below."""
    try:
        return str(file.relative_to(Path.cwd().resolve()))
    except (ValueError, OSError):
        return str(file)
