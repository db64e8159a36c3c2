"""Limits on what a submission may use up: how they are set, and what is said where one is met."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import msgspec
import pytest
from click import BadParameter
from click.testing import CliRunner
from commands import grade
from rich.console import Console

from grader.catalogue import find
from grader.cli import app
from grader.evidence.messages import Confinement, Limits
from grader.evidence.record import Ended, OutOfTime, Raised
from grader.grading import verdict_store
from grader.grading.endings import of_record, printed_too_much, without_evidence
from grader.grading.pipeline import Options
from grader.places import InFile, render
from grader.processes.workers import Run
from grader.sandbox.group_watch import Excess, GroupWatch
from grader.sandbox.limits import BadLimit, as_size, in_words, read_limits
from grader.submission import Submission
from grader.teaching.autograder import Configuration
from grader.teaching.cluster import RemoteJob
from grader.teaching.cohort import Settings, grade_cohort
from grader.verdict import Outcome, Verdict

QUIZ = find("1.1.1")
GradeSource = Callable[..., Verdict]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], Limits()),
        (["memory=8GB"], Limits(memory=8_000_000_000)),
        (["memory=1.5 gib", "processes=100"], Limits(memory=1_610_612_736, processes=100)),
        (["disk=20MB, output=64kB,"], Limits(disk=20_000_000, output=64_000)),
    ],
)
def test_limits_are_named_with_their_values(texts: list[str], expected: Limits) -> None:
    assert read_limits(texts) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("memory", "no size, such as 500MB or 4GB"),
        ("memory=4", "4 needs a unit, such as 4MB or 4GB"),
        ("memory=-4GB", "no size"),
        ("memory=4GBs", "no size"),
        ("memory=nanGB", "no size"),
        ("memory=1e9GB", "no size"),
        ("memory=1MB", "goes from 100 MB to"),
        ("disk=0MB", "goes from 1 MB to"),
        ("output=1TB", "goes from 1 kB to 100 MB"),
        ("processes=4GB", "no whole number"),
        ("processes=0", "goes from 1 to 10,000"),
        ("processes=²", "no whole number"),
        ("time=5", "there is no limit 'time'; .* memory, processes, disk, output"),
        ("disk=1GB,disk=2GB", "disk is set twice"),
    ],
)
def test_nonsense_is_told_in_a_line(text: str, says: str) -> None:
    with pytest.raises(BadLimit, match=says) as caught:
        read_limits([text])
    assert "\n" not in str(caught.value)


def test_sizes_are_told_as_they_are_set() -> None:
    assert [as_size(size) for size in (4e9, 5e8, 1.5e9, 64_000, 2**40)] == [
        "4 GB", "500 MB", "1.5 GB", "64 kB", "1.1 TB"
    ]  # fmt: skip
    all_of_them = "4 GB of memory, 64 processes, 500 MB of disk, 1 MB of kept output"
    assert in_words(Limits()) == all_of_them


def test_nonsense_is_wrong_usage(tmp_path: Path) -> None:
    done = grade("1.1.1", "--limit", "disk=1GB", "--limit", "memory=lots", cwd=tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "--limit: memory=lots: the value is no size, such as 500MB or 4GB" in line


@pytest.mark.parametrize("command", [["watch"], ["cohort", "class"], ["gradescope", "auto.zip"]])
def test_each_command_refuses_nonsense_before_it_begins(command: list[str]) -> None:
    done = CliRunner().invoke(app, [*command, "--limit", "memory=lots"], standalone_mode=False)
    assert isinstance(done.exception, BadParameter)
    assert "memory=lots" in str(done.exception)


def test_limits_go_with_an_autograder(tmp_path: Path) -> None:
    done = grade("gradescope", "a.zip", "1.1.1", "--limit", "memory=8GB,disk=1GB", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        config = msgspec.json.decode(archive.read("config.json"), type=Configuration)
    assert read_limits(config.syllabus.limits) == Limits(memory=8_000_000_000, disk=1_000_000_000)


def test_limits_go_to_a_cluster() -> None:
    confinement = Confinement("instructor", limits=Limits(memory=8_000_000_000))
    job = RemoteJob("1.1.1", "a.py", b"", None, 0, None, confinement)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(job), type=RemoteJob) == job


def test_another_limit_means_another_stored_verdict() -> None:
    submission = Submission.of_bytes(QUIZ, "a.py", b"answer = 1")
    limits = [Limits(), Limits(memory=10**9), Limits(processes=5), Limits(disk=10**9)]
    options = [Options(confinement=Confinement(limits=one)) for one in limits]
    keys = [verdict_store.key_of(submission, one) for one in options]
    assert len(set(keys)) == len(limits)
    assert keys[0] == verdict_store.key_of(submission, Options())


def test_a_class_is_graded_anew_under_another_limit(tmp_path: Path) -> None:
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / Path(QUIZ.file).name).write_text("answer = 1\n")
    console = Console(file=io.StringIO())

    def graded(settings: Settings) -> int:
        where = tmp_path / "class", tmp_path / "out", [QUIZ]
        return grade_cohort(*where, settings, console).graded

    assert graded(Settings()) == 1
    assert graded(Settings()) == 0
    assert graded(Settings(limits=Limits(memory=8_000_000_000))) == 1


@pytest.mark.parametrize(
    ("code", "limits", "status", "words"),
    [
        (
            "import os, time\nfor _ in range(8):\n    os.fork() or time.sleep(30)\ntime.sleep(30)\n",
            Limits(processes=5),
            Outcome.FAILED,
            "had more than 5 processes, and was stopped. `--limit processes=…` allows more.",
        ),
        (
            "import time\nfor name in 'abc':\n    open(name, 'wb').write(bytes(900_000))\n"
            "time.sleep(30)\n",
            Limits(disk=2_000_000),
            Outcome.FAILED,
            "wrote more than 2 MB to the disk, and was stopped. `--limit disk=…` allows more.",
        ),
        (
            "import os, time\n"
            "for _ in range(3):\n"
            "    if os.fork() == 0:\n"
            "        kept = b'x' * 90_000_000\n"
            "        time.sleep(30)\n"
            "time.sleep(30)\n",
            Limits(memory=150_000_000),
            Outcome.FAILED,
            "used more than 150 MB of memory, and was stopped. `--limit memory=…` allows more.",
        ),
        (
            "kept = bytes(10**11)\n",
            Limits(memory=200_000_000),
            Outcome.ERROR,
            "A run gets at most 200 MB of memory. `--limit memory=…` allows more.",
        ),
        (
            "open('large', 'wb').truncate(3_000_000)\n",
            Limits(disk=2_000_000),
            Outcome.ERROR,
            "A run gets at most 2 MB of disk. `--limit disk=…` allows more.",
        ),
        (
            "print('x' * 5_000)\n",
            Limits(output=2_000),
            Outcome.FAILED,
            "printed 5.001 kB; only the first 2 kB was kept. `--limit output=…` allows more.",
        ),
    ],
    ids=["processes", "disk", "memory", "memory of one", "size of one", "output"],
)
def test_the_limit_that_was_met_is_named(
    code: str, limits: Limits, status: Outcome, words: str, grade_source: GradeSource
) -> None:
    verdict = grade_source(find("2.2.1"), code, confinement=Confinement(limits=limits))
    assert verdict.status is status
    told = [verdict.message, *(tip.words for tip in verdict.tips)]
    assert words in "\n".join(render(one, verdict.places) for one in told)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (0, "its epochs, or a callback"),
        (752, "after 752 others on the same line. .*how often"),
    ],
)
def test_a_loop_around_fit_is_not_told_as_its_epochs(before: int, words: str) -> None:
    job: Any = SimpleNamespace(seconds=5.0, confinement=Confinement("own"))
    script = Submission.of_bytes(QUIZ, "a.py", b"x = 1\n").script()
    ended = OutOfTime(1, True, before, [1], epochs=600, asked=60_000, seconds=5.0)
    if before:
        ended = OutOfTime(1, True, before, [1], epochs=3, asked=5, seconds=0.1)
    ending = of_record(ended, script, job)
    assert ending
    said = render(ending.message, InFile("a.py"))
    assert re.search(words, said)
    assert ("epochs" in said) == (not before)


@pytest.mark.parametrize(("rules", "told"), [("own", True), ("instructor", False)])
def test_students_are_not_sent_to_an_option_of_their_instructors(
    rules: Literal["own", "instructor"], told: bool
) -> None:
    job: Any = SimpleNamespace(seconds=5.0, confinement=Confinement(rules))
    script = Submission.of_bytes(QUIZ, "a.py", b"x = 1\n").script()
    ends: list[Ended] = [
        OutOfTime(1, training=False),
        Raised("MemoryError", "", 1, [1]),
        Raised("OSError", "[Errno 27] File too large", 1, [1]),
    ]
    said = [ending.message for end in ends if (ending := of_record(end, script, job))]
    run = Run(-9, "", 10**9, False, 1.0, began=True)
    crashed = without_evidence(run, job, script)
    much = printed_too_much(run, job)
    run.exceeded = Excess("disk", "wrote too much")
    stopped = without_evidence(run, job, script)
    assert crashed and much and stopped
    said += [crashed.message, much.text, stopped.message]
    words = [render(one, InFile("a.py")) for one in said]
    assert len(words) == 6
    assert ["allows more" in one and "`--" in one for one in words] == [told] * 6


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_files_that_come_and_go_hide_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is listed and gone when it is looked at, as happens where a run makes and removes many."""
    (tmp_path / "large").write_bytes(bytes(2_000_000))
    real = os.scandir

    @contextlib.contextmanager
    def scandir(path: Any) -> Iterator[Iterator[Any]]:
        gone = SimpleNamespace(stat=lambda **_: Path("/no/such/file").stat())
        with real(path) as entries:
            yield iter([*([gone] if path == str(tmp_path) else []), *entries])

    watch = GroupWatch(os.getpid(), [str(tmp_path)], Limits(disk=1_000_000))
    monkeypatch.setattr(os, "scandir", scandir)
    assert watch.exceeded() == Excess("wrote more than 1 MB to the disk", "disk")
