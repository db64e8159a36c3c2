"""Files of every kind with the verdict that each must get, graded one by one or as a class."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from commands import GRADE

from grader.catalogue import Exercise, find
from grader.grading.pipeline import Options, grade
from grader.marking.records import StoredVerdict
from grader.processes import server
from grader.processes.server import NoServer, ServerWorkers
from grader.submission import Submission
from grader.verdict import Outcome, Verdict

NETWORK, QUIZ = find("2.2.1"), find("1.1.1")
RIGHT = NETWORK.solution.read_text("utf-8")
WRONG = RIGHT.replace("Dense(64", "Dense(60")


@dataclass(frozen=True)
class Work:
    """A file, and what its verdict must be."""

    exercise: Exercise
    source: str
    status: Outcome


MIX = [
    Work(NETWORK, RIGHT, Outcome.PASSED),
    Work(QUIZ, f"answer = int('{QUIZ.facts.right_option}')\n", Outcome.PASSED),
    Work(NETWORK, WRONG, Outcome.FAILED),
    Work(NETWORK, "1 / 0\n", Outcome.ERROR),
    Work(NETWORK, "import os\nos._exit(0)\n", Outcome.FAILED),
    Work(NETWORK, "import ctypes\nctypes.string_at(0)\n", Outcome.FAILED),
    Work(QUIZ, "answer = int('17')\n", Outcome.FAILED),
    Work(
        QUIZ,
        "import os, signal\nif os.fork() == 0:\n    signal.pause()\n"
        f"answer = int('{QUIZ.facts.right_option}')\n",
        Outcome.PASSED,
    ),
    Work(QUIZ, "for n in range(50):\n    open(str(n), 'w').write('x' * 10_000)\n", Outcome.FAILED),
    Work(QUIZ, "print('x' * 2_000_000)\nraise SystemExit\n", Outcome.FAILED),
]  # fmt: skip


@contextlib.contextmanager
def own_folders() -> Iterator[Path]:
    """Give this run temporary files, caches and a server of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable, part in (
            ("TMPDIR", "tmp"), ("XDG_RUNTIME_DIR", "run"), ("XDG_CACHE_HOME", "cache"),
        ):  # fmt: skip
            (folder / part).mkdir(mode=0o700)
            os.environ[variable] = str(folder / part)
        for variable in ("CI", "GRADER_NO_SERVER"):
            os.environ.pop(variable, None)
        tempfile.tempdir = None
        try:
            yield folder
        finally:
            with contextlib.suppress(NoServer):
                server.stop()


def expect_true(work: list[Work], folder: Path) -> int:
    """Expect that all verdicts on disk are true; return how many there are."""
    paths = verdict_files(folder)
    for path in paths:
        stored = msgspec.msgpack.decode(path.read_bytes(), type=StoredVerdict)
        expect(work[int(stored.student)], stored.verdict)
    return len(paths)


def grade_work(work: Work, workers: ServerWorkers) -> Verdict:
    """Grade a file."""
    submission = Submission.of_bytes(work.exercise, "answer.py", work.source.encode())
    return grade(submission, workers, Options())


def expect(work: Work, verdict: Verdict) -> None:
    """Expect of a file its verdict; end with a word otherwise."""
    if verdict.status is not work.status:
        sys.exit(f"{verdict.status}, not {work.status}: {verdict.message}\n{work.source}")


def hand_in(folder: Path, number: int, work: Work) -> None:
    """Write a file as that of student NUMBER."""
    path = folder / "class" / f"{number:05}" / Path(work.exercise.file).name
    path.parent.mkdir(parents=True)
    path.write_text(f"{work.source}\n# {number}\n")


def run_cohort(folder: Path) -> None:
    """Run `grade cohort` to its end."""
    if code := start_cohort(folder, 1).wait():
        sys.exit(f"grade cohort ended with {code}")


def start_cohort(folder: Path, jobs: int) -> subprocess.Popen[bytes]:
    """Start `grade cohort`."""
    return subprocess.Popen(
        [*GRADE, "cohort", "class", "--out", "out", "--jobs", str(jobs)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def verdict_files(folder: Path) -> list[Path]:
    """Return where the verdicts of the class lie."""
    return sorted((folder / "out" / "verdicts").glob("*/*.verdict"))
