"""What `grade watch` does: waits for saves, keys and verdicts, and answers each."""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import click

from grader.catalogue import Exercise, exercises, id_key
from grader.commands.keyboard import END, Keyboard
from grader.commands.learners import ALL_DONE, editor_for, words_of
from grader.commands.saves import Saves
from grader.commands.watch_displays import Display, Scene, View
from grader.grading.background_grade import BackgroundGrade
from grader.grading.pipeline import Options
from grader.last_runs import hints_read, run_of, workspace_of
from grader.processes.workers import GraderFault, Workers
from grader.source_file import NotAFile
from grader.submission import Submission, read_submission
from grader.usage import WrongUsage
from grader.verdict import Outcome, Verdict
from grader.workspace import Workspace, next_exercise_of

_WINDOWED = {
    "code", "code-insiders", "code-server", "codium", "cursor", "gedit", "gnome-text-editor",
    "kate", "mate", "notepad", "notepad++", "pycharm", "subl", "windsurf", "zed",
}  # fmt: skip
"""Editors with a window of their own: nobody waits until that is closed."""

_CLEAR_UP_SECONDS = 5.0


@dataclass(frozen=True)
class Saved:
    """Files were saved."""

    files: set[Path]


@dataclass(frozen=True)
class Pressed:
    """A key was pressed."""

    key: str


@dataclass(frozen=True)
class Graded:
    """A grade has ended."""

    grade: BackgroundGrade


@dataclass(frozen=True)
class Suspended:
    """Ctrl-Z was pressed."""


@dataclass(frozen=True)
class Resized:
    """The terminal has another size."""


@dataclass(frozen=True)
class Quit:
    """Ctrl-C was pressed, or a signal asks for an end."""

    code: int
    """The exit code that is meant."""


Event: TypeAlias = Saved | Pressed | Graded | Suspended | Resized | Quit


@dataclass(frozen=True)
class Watched:
    """What is watched."""

    files: dict[Path, Exercise]
    """Resolved paths."""
    start: Path
    """One of them: what is shown first."""
    workspace: Workspace | None


class WatchSession:
    """Grades files as they are saved, one at a time, and does what keys ask for."""

    def __init__(
        self,
        watched: Watched,
        display: Display,
        workers: Workers,
        options: Options,
        *,
        page: Path | None = None,
    ) -> None:
        """Prepare a session.

        Args:
            watched: the files.
            display: what shows them.
            workers: that nobody else uses; runs are made beside them.
            options: for each grade.
            page: where a page of all verdicts is kept up to date.
        """
        self._watched = dict(watched.files)
        self._named = tuple(watched.files.values())
        self._workspace = watched.workspace
        self._display = display
        self._workers = workers
        self._options = options
        self._page = page
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._scene = Scene(watched.files[watched.start], watched.start)
        self._grade: BackgroundGrade | None = None
        self._waiting: list[Path] = []
        self._graded: dict[Path, tuple[Submission, Verdict]] = {}
        self._keyboard: Keyboard | None = None
        self._loading: threading.Thread | None = None
        self._loaded = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._display.end()
        if self._grade is not None:
            self._grade.stop()
        self._workers.abort()
        for one in (self._grade, self._loading):
            if one is not None:
                one.join(_CLEAR_UP_SECONDS)

    def follow_saves(self, ready: Callable[[], object]) -> None:
        """Grade what is saved, until Ctrl-C; call READY once no save is missed any more."""
        with self._saves():
            ready()
            while True:
                self._answer(self._next_event())

    def follow_saves_and_keys(self) -> None:
        """Grade what is saved, and do what keys ask for, until one ends it, or Ctrl-C."""
        put = self._events.put
        with Keyboard(
            pressed=lambda key: put(Pressed(key.lower())),
            stopped=lambda: put(Suspended()),
            resized=lambda: put(Resized()),
            ended=lambda code: put(Quit(code)),
        ) as keyboard:
            self._keyboard = keyboard
            with self._saves():
                self._begin(self._scene.file)
                while (event := self._next_event()) not in (Pressed("q"), Pressed(END)):
                    self._answer(event)

    def _saves(self) -> Saves:
        """Return what tells of saves, also of those files that the learner may go on to."""
        own = map(self._own_file, exercises()) if self._workspace else ()
        return Saves({*self._watched, *own}, lambda files: self._events.put(Saved(files)))

    def _own_file(self, exercise: Exercise) -> Path:
        assert self._workspace is not None
        return self._workspace.file_of(exercise).resolve()

    def _next_event(self) -> Event:
        while True:
            with suppress(queue.Empty):  # without a limit, Ctrl-C would not be heard on Windows
                return self._events.get(timeout=0.5)

    def _answer(self, event: Event) -> None:
        match event:
            case Saved(files):
                self._take(sorted(files & self._watched.keys()))
            case Graded(grade):
                if grade is self._grade:
                    self._end(grade)
            case Suspended():
                if self._keyboard is not None:
                    with self._display.away():
                        self._keyboard.stop()
                self._display.draw(self._scene)
            case Resized():
                self._display.draw(self._scene)
            case Quit(code):
                raise SystemExit(code)
            case Pressed(key):
                self._do(key)

    def _do(self, key: str) -> None:
        """Do what a key asks for; others do nothing."""
        scene = self._scene
        scene.remark = ""
        match key:
            case "h":
                self._give_hint()
            case "n":
                self._go_on()
            case "l" | "?" | "t":
                view = {"l": View.LIST, "?": View.KEYS, "t": View.TASK}[key]
                scene.view = View.EXERCISE if scene.view is view else view
                scene.progress = self._workspace.progress() if self._workspace else {}
            case "r" | "\n" | "\r":
                self._begin(scene.file, fresh=True)
            case "e":
                self._edit()
            case _:
                return
        self._display.draw(scene)

    def _take(self, files: list[Path]) -> None:
        """Grade files that were saved; what is running on one of them begins anew."""
        self._waiting += [file for file in files if file not in self._waiting]
        if self._grade is not None and Path(self._grade.submission.file.path) in self._waiting:
            self._begin(Path(self._grade.submission.file.path))
        elif self._grade is None and self._waiting:
            self._begin(self._waiting[0])

    def _begin(self, file: Path, *, fresh: bool = False, further: bool = False) -> None:
        """Grade a file, in place of what is running; FURTHER verdicts stand below the others."""
        if self._grade is not None:
            self._grade.stop()
            self._grade = None
        if file in self._waiting:
            self._waiting.remove(file)
        scene = self._scene
        if file != scene.file:
            scene.hint = 0
        scene.exercise, scene.file = self._watched[file], file
        scene.view = View.EXERCISE
        if not further:
            scene.verdicts, scene.remark = [], ""
        try:
            submission = read_submission(scene.exercise, file)
        except NotAFile as error:
            scene.remark = f"{error} `grade reset {scene.exercise.id}` brings its stub back."
            self._display.end()
            self._display.add_remark(scene)
            if self._waiting:
                self._begin(self._waiting[0], further=True)
            return
        if scene.exercise.options is None:  # a quiz needs no TensorFlow
            self._load()
        self._display.draw(scene)
        first = "starting" if self._loaded.is_set() or not self._loading else "loading TensorFlow"
        self._display.begin(f"{scene.exercise.id} {scene.exercise.title}", first)
        self._grade = BackgroundGrade(
            submission,
            self._workers,
            self._options,
            fresh=fresh,
            on_progress=lambda progress: self._display.tell(submission, progress),
            ended=lambda grade: self._events.put(Graded(grade)),
        )

    def _load(self) -> None:
        """Let TensorFlow be loaded, if nobody has yet; the first grade waits for it."""

        def load() -> None:
            with suppress(Exception):  # the grade will meet it, too, and tell
                self._workers.preload(())
            self._loaded.set()

        if self._loading is None:
            self._loading = threading.Thread(target=load, daemon=True)
            self._loading.start()

    def _end(self, grade: BackgroundGrade) -> None:
        """Show a verdict, and keep it where others look for it."""
        self._grade = None
        self._display.end()
        if grade.verdict is None:
            raise grade.error or GraderFault("A grade ended without a verdict.")
        scene, verdict = self._scene, grade.verdict
        if home := workspace_of(grade.submission):
            home.remember([verdict])
        if self._workspace is not None:
            coming = self._coming(self._workspace)
            scene.coming = f"Press n for {coming.id} {coming.title}" if coming else ALL_DONE
        scene.verdicts.append(verdict)
        self._display.add_verdict(scene)
        if verdict.status is Outcome.GRADER_ERROR:
            self._workers.restart()
        self._graded[scene.file] = grade.submission, verdict
        self._write_page()
        if self._waiting:
            self._begin(self._waiting[0], further=True)

    def _write_page(self) -> None:
        """Write the page anew, with the last verdict on each file."""
        if self._page is None or not self._graded:
            return
        from grader.show.entries import entry_of
        from grader.show.html import write_verdicts

        pairs = sorted(self._graded.values(), key=lambda pair: id_key(pair[1].id))
        entries = [entry_of(run_of(one, verdict), hints_read(one)) for one, verdict in pairs]
        try:
            write_verdicts(self._page, entries)
        except OSError as error:
            self._scene.remark = f"{self._page} cannot be written: {error.strerror}."
            self._display.add_remark(self._scene)

    def _give_hint(self) -> None:
        """Show the next hint to the exercise."""
        scene = self._scene
        scene.view = View.EXERCISE
        if scene.has_passed:
            scene.remark = f"{scene.exercise.id} has passed: there is nothing to give a hint for."
            return
        scene.hint = min(scene.hint + 1, len(scene.exercise.hints))
        if self._workspace is not None:
            self._workspace.remember_hint(scene.exercise, scene.hint)
        self._write_page()

    def _go_on(self) -> None:
        """Go to the next exercise that has not passed."""
        scene = self._scene
        if self._workspace is None:
            scene.remark = "This file is in no workspace, so nothing comes next."
            return
        coming = self._coming(self._workspace)
        if coming is None or coming == scene.exercise:
            scene.remark = "This is the only one left." if coming else ALL_DONE
            return
        file = self._own_file(coming)
        self._watched.setdefault(file, coming)
        self._waiting.clear()
        self._begin(file)

    def _coming(self, workspace: Workspace) -> Exercise | None:
        """Return the next exercise that has not passed: of those that are named, then of all."""
        progress, here = workspace.progress(), self._scene.exercise
        coming = next_exercise_of(progress, after=here, among=self._named)
        if coming is None or coming == here:
            coming = next_exercise_of(progress, after=here)
        return coming

    def _edit(self) -> None:
        """Open the file; with an editor in this terminal, wait until it is closed."""
        scene = self._scene
        try:
            if not scene.file.exists():
                raise WrongUsage(
                    f"There is no file {scene.file}. `grade reset {scene.exercise.id}` brings its "
                    "stub back."
                )
            editor = editor_for([scene.file])
            program, *arguments = words_of(editor)
            if Path(program).stem.startswith("jupyter"):  # it would keep this terminal for itself
                raise WrongUsage(
                    f"Open {scene.file} in JupyterLab, started in another terminal. It is graded "
                    "when you save it."
                )
            if Path(program).stem.lower() in _WINDOWED:
                subprocess.Popen(
                    [program, *arguments, str(scene.file)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            elif self._keyboard is not None:
                with self._display.away(), self._keyboard.away():
                    click.edit(filename=str(scene.file), editor=editor)
        except WrongUsage as error:
            scene.remark = str(error)
        except click.ClickException as error:
            scene.remark = error.format_message()
        except OSError as error:
            scene.remark = f"The editor did not start: {error.strerror}."
