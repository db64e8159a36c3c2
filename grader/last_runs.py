"""The last run of each exercise: kept, so that its figures can be opened and shown again.

A folder per exercise, with the pictures of its figures, what it printed, and all of its verdict.
A file of a workspace has it in `.keras-grader/last/` there, beside the progress: an editor
that shows the workspace can open it, and two workspaces do not overwrite each other's. What lies
elsewhere, and notebooks, have it in the user's cache folder.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import platformdirs

from grader.catalogue import Exercise
from grader.files import whole_binary_file
from grader.source_file import Unreadable
from grader.submission import Submission
from grader.verdict import Verdict
from grader.workspace import NoWorkspace, Workspace, find_workspace

MAX_BYTES = 40_000_000
"""Of the file that a run is read from; pictures and texts are held to far less when made."""
_RUN = "run.msgpack"


class LastRun(msgspec.Struct, frozen=True):
    """A verdict with the file that it is on."""

    verdict: Verdict
    source: str
    """The file's text, whose lines the verdict speaks of."""


_encode = msgspec.msgpack.Encoder().encode
_run_of = msgspec.msgpack.Decoder(LastRun).decode


def run_of(submission: Submission, verdict: Verdict) -> LastRun:
    """Return a verdict with its file; one that cannot be read is kept as well as it can be."""
    try:
        source = submission.script().source
    except Unreadable:
        source = submission.file.data.decode("utf-8", "replace")
    return LastRun(verdict, source)


def keep(submission: Submission, verdict: Verdict) -> Verdict:
    """Keep a run in place of the one before; return its verdict, which names the folder.

    A disk that is full costs only that.
    """
    exercise = submission.exercise
    folder = folder_of(workspace_of(submission), exercise)
    named = msgspec.structs.replace(verdict, kept=str(folder))
    try:
        _clear(folder)
        with whole_binary_file(folder / _RUN) as stream:
            stream.write(_encode(run_of(submission, named)))
        for number, picture in enumerate(verdict.sights.pictures, start=1):
            with whole_binary_file(folder / picture_name(number)) as stream:
                stream.write(picture.png)
        if verdict.sights.printed:
            with whole_binary_file(folder / "output.txt") as stream:
                stream.write(f"{verdict.sights.printed}\n".encode("utf-8", "replace"))
    except OSError:
        return verdict
    return named


def hints_read(submission: Submission) -> tuple[str, ...]:
    """Return the hints that were read where this is a workspace's own file."""
    workspace = workspace_of(submission)
    return workspace.hints_read(submission.exercise) if workspace else ()


def load(workspace: Workspace | None, exercise: Exercise) -> LastRun | None:
    """Return the last run of an exercise; None where there is none that can be read."""
    path = folder_of(workspace, exercise) / _RUN
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        run = _run_of(path.read_bytes())
    except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    return run if run.verdict.id == exercise.id else None


def picture_name(number: int) -> str:
    """Return the name of a figure's file; the first is number 1."""
    return f"figure-{number}.png"


def folder_of(workspace: Workspace | None, exercise: Exercise) -> Path:
    """Return where the last run of an exercise lies."""
    if workspace is None:
        return platformdirs.user_cache_path("keras-grader") / "last" / exercise.id
    return workspace.root / ".keras-grader" / "last" / exercise.id


def workspace_of(submission: Submission) -> Workspace | None:
    """Return the workspace whose own file a submission is; its progress tells of it."""
    if not submission.file.path:
        return None
    path = Path(submission.file.path)
    try:
        found = find_workspace(path.absolute().parent)
        return found if found.owns(path, submission.exercise) else None
    except (NoWorkspace, OSError):
        return None


def _clear(folder: Path) -> None:
    """Remove what an earlier run left; a link in the folder's place goes, not what it leads to."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
