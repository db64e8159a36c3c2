"""A learner's folder: the stubs they fill in, and what they have achieved so far.

A workspace is a folder that holds `exercises/`, with a script or a notebook for each exercise.
Progress is kept beside it in `.keras-grader/progress.json`:

    {"schema": 1, "exercises": {"2.2.1": {"status": "passed", "points": 9}}, "hints": {"2.2.1": 2}}
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.catalogue import Exercise, chapter_titles, exercises
from grader.files import one_at_a_time, whole_binary_file, whole_file
from grader.notebook.starter import NOTEBOOK, starter_notebook
from grader.usage import WrongUsage
from grader.verdict import Outcome, Verdict

_PROGRESS = Path(".keras-grader", "progress.json")


class NoWorkspace(WrongUsage):
    """No folder from here upwards holds the exercises."""


class Standing(msgspec.Struct, frozen=True):
    """The last verdict on an exercise."""

    status: Outcome
    points: int


class ProgressFile(msgspec.Struct, frozen=True):
    """What a workspace remembers."""

    exercises: dict[str, Standing] = {}
    schema: int = 1
    hints: dict[str, int] = {}
    """The highest level of hints that was read, per exercise id."""


@dataclass(frozen=True)
class Workspace:
    """A folder with an `exercises/` in it."""

    root: Path

    def file_of(self, exercise: Exercise) -> Path:
        """Return where the learner's file for an exercise lies: the script, or the notebook.

        It is the notebook only where there is no script: then it is what the learner fills in.
        """
        script = self.root / "exercises" / exercise.file
        notebook = script.with_suffix(NOTEBOOK)
        return notebook if notebook.exists() and not script.exists() else script

    def has_both(self) -> bool:
        """Whether there is a script and a notebook of any exercise."""
        scripts = (self.root / "exercises" / exercise.file for exercise in exercises())
        return any(one.exists() and one.with_suffix(NOTEBOOK).exists() for one in scripts)

    def owns(self, path: Path, exercise: Exercise) -> bool:
        """Whether a file is this workspace's own script or notebook for an exercise."""
        script = self.root / "exercises" / exercise.file
        ours = (script, script.with_suffix(NOTEBOOK))
        return any(own.exists() and own.samefile(path) for own in ours)

    def reset(self, exercise: Exercise) -> Path | None:
        """Bring a stub back; return where the old file was moved, if it had been changed.

        Raises:
            OSError: it cannot be written; then the old file is as it was.
        """
        path = self.file_of(exercise)
        notebook = path.suffix == NOTEBOOK
        stub = starter_notebook(exercise) if notebook else exercise.stub.read_bytes()
        kept = None
        if path.exists() and path.read_bytes() != stub:
            kept = path.with_name(f"{path.name}.bak")
            number = 1
            while kept.exists():
                number += 1
                kept = path.with_name(f"{path.name}.bak{number}")
        with whole_binary_file(path) as stream:
            stream.write(stub)
            stream.flush()
            os.fsync(stream.fileno())  # if the disk is full, it shows while the old file is there
            if kept is not None:
                path.rename(kept)
        return kept

    def progress(self) -> dict[str, Standing]:
        """Return the last verdict per exercise id; empty where nothing is known."""
        return self._remembered().exercises

    def hints_read(self, exercise: Exercise) -> tuple[str, ...]:
        """Return the hints to an exercise that were read, from the first."""
        return exercise.hints[: max(0, self._remembered().hints.get(exercise.id, 0))]

    def _remembered(self) -> ProgressFile:
        path = self.root / _PROGRESS
        try:
            return msgspec.json.decode(path.read_bytes(), type=ProgressFile)
        except FileNotFoundError:
            return ProgressFile()
        except (OSError, msgspec.MsgspecError, RecursionError):
            with contextlib.suppress(OSError):
                path.replace(path.with_suffix(".damaged"))
            return ProgressFile()

    def remember(self, verdicts: list[Verdict]) -> None:
        """Store verdicts for `grade list` and `grade next`; a full disk costs only that."""
        new = {verdict.id: Standing(verdict.status, verdict.points) for verdict in verdicts}
        with self._alone():
            known = self._remembered()
            self._write(msgspec.structs.replace(known, exercises=known.exercises | new))

    def remember_hint(self, exercise: Exercise, level: int) -> None:
        """Store that a hint was read, for `grade report`."""
        with self._alone():
            known = self._remembered()
            highest = max(level, known.hints.get(exercise.id, 0))
            self._write(msgspec.structs.replace(known, hints={**known.hints, exercise.id: highest}))

    def _alone(self) -> contextlib.AbstractContextManager[None]:
        """Keep others out who change the progress: `grade` in another terminal, say."""
        return one_at_a_time((self.root / _PROGRESS).with_suffix(".lock"))

    def _write(self, progress: ProgressFile) -> None:
        text = msgspec.json.format(msgspec.json.encode(progress), indent=1).decode()
        with contextlib.suppress(OSError), whole_file(self.root / _PROGRESS) as stream:
            stream.write(text)


def find_workspace(start: Path | None = None) -> Workspace:
    """Return the nearest workspace from a folder upwards; the current one by default.

    Raises:
        NoWorkspace: there is none.
    """
    here = (start or Path.cwd()).absolute()
    chapters = {exercise.file.split("/")[0] for exercise in exercises()}
    for folder in (here, *here.parents):
        if any((folder / "exercises" / chapter).is_dir() for chapter in chapters):
            return Workspace(folder)
    raise NoWorkspace(
        "There are no exercises here. `grade init DIR` lays them out in a folder of yours; "
        "then call grade from there.",
    )


def next_exercise_of(
    progress: dict[str, Standing],
    *,
    after: Exercise | None = None,
    among: Collection[Exercise] | None = None,
) -> Exercise | None:
    """Return the first exercise that has not passed; None where all have.

    Args:
        progress: how they stand.
        after: those behind it come first, then those before it, and itself last.
        among: only these; all if not given.
    """
    every = [one for one in exercises() if among is None or one in among]
    start = every.index(after) + 1 if after in every else 0
    for exercise in (*every[start:], *every[:start]):
        known = progress.get(exercise.id)
        if known is None or known.status is not Outcome.PASSED:
            return exercise
    return None


def chapter_progress(progress: dict[str, Standing]) -> dict[str, tuple[str, int, int]]:
    """Return each chapter's title, how many exercises are passed, and how many there are."""
    return {
        number: (
            title,
            sum(
                exercise.id in progress and progress[exercise.id].status is Outcome.PASSED
                for exercise in exercises()
                if exercise.chapter == number
            ),
            sum(exercise.chapter == number for exercise in exercises()),
        )
        for number, title in chapter_titles().items()
    }
