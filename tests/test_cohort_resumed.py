"""A class's run, called again: what is kept, and what goes wrong on the way."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import GRADE
from quick_class import MODEL, QUIZ, Fake, marks_in, put

from grader.catalogue import find
from grader.grading import pipeline
from grader.grading.pipeline import Options
from grader.identity import differences, identity
from grader.processes.workers import Workers
from grader.submission import Submission
from grader.teaching import cohort, lanes
from grader.teaching.cohort import CannotWrite, InUse, Summary
from grader.teaching.lanes import Lanes
from grader.verdict import Outcome, Verdict


def test_nothing_is_graded_twice(tmp_path: Path, fake: Fake, run: Callable[..., Summary]) -> None:
    paths = [put(tmp_path / "class", f"s{number}", f"x = {number}\n") for number in range(5)]
    assert (run().graded, len(fake.graded)) == (5, 5)
    first = (tmp_path / "out" / "gradebook.csv").read_bytes()
    summary = run()
    assert (summary.graded, summary.known, len(fake.graded)) == (0, 5, 5)
    assert (tmp_path / "out" / "gradebook.csv").read_bytes() == first
    paths[0].write_text("right = 1\n")
    summary = run()
    assert (summary.graded, summary.known) == (1, 4)
    assert marks_in(tmp_path / "out" / "gradebook.csv")["s0"]["total"] == "9"
    assert run(seed=1).graded == 5
    assert run(seed=1, timeout=9).graded == 5
    assert run(seed=1, timeout=9, fresh=True).graded == 5
    assert run(seed=1, timeout=9, jobs=1).graded == 0


def test_what_is_saved_while_the_class_is_graded_counts_in_the_next_run(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first submission that runs makes all files right, wherever it finds them."""
    for student in ("anna", "ben", "cleo"):
        put(tmp_path / "class", student, f"{student} = 1\n")

    def hostile(submission: Submission, opened: Lanes, options: Options) -> Verdict:
        for path in tmp_path.rglob("*.py"):
            path.write_text("right = 1\n")
        return fake(submission, opened, options)

    with monkeypatch.context() as patch:
        patch.setattr(cohort, "grade_in_lane", hostile)
        run(jobs=1)
    assert fake.graded == [b"anna = 1\n", b"ben = 1\n", b"cleo = 1\n"]
    gradebook = tmp_path / "out" / "gradebook.csv"
    assert [row["2.2.1"] for row in marks_in(gradebook).values()] == ["8", "8", "8"]
    assert (run().graded, fake.graded[3:]) == (3, [b"right = 1\n"])  # all the same now
    assert [row["2.2.1"] for row in marks_in(gradebook).values()] == ["9", "9", "9"]
    put(tmp_path / "class", "anna", "anna = 1\n")
    assert run().graded == 1
    assert [row["2.2.1"] for row in marks_in(gradebook).values()] == ["8", "9", "9"]


def test_a_text_that_no_file_can_hold_costs_only_its_own_verdict(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    fake.words = "half a pair: \ud800"
    put(tmp_path / "class", "anna", "x = 1\n")
    assert (run().graded, run().complete) == (0, False)
    fake.words = "Look there."
    put(tmp_path / "class", "ben", "x = 1\n")
    assert run().graded == 2


def test_another_grader_grades_anew(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "class", "anna")
    run()
    other = {**identity(), "keras": "9.9"}
    monkeypatch.setattr(cohort, "identity", lambda: other)
    assert run().graded == 1
    assert len(fake.graded) == 2
    assert "keras is 9.9 there" in differences(other)
    assert differences(dict(identity())) == ""


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"\x80", b"\x81\xa3key\x01", b"\x91" * 9000, b"half"]
)
def test_a_damaged_verdict_is_found_anew(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary], damage: bytes
) -> None:
    put(tmp_path / "class", "anna")
    run()
    path = tmp_path / "out" / "verdicts" / "anna" / "2.2.1.verdict"
    path.write_bytes(path.read_bytes()[:-20] if damage == b"half" else damage)
    assert run().graded == 1
    assert len(fake.graded) == 2


def test_what_a_killed_run_left_is_cleared_away(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    put(tmp_path / "class", "anna")
    out = tmp_path / "out"
    part = out / "verdicts" / "anna" / ".part-x"
    part.parent.mkdir(parents=True)
    part.write_text('{"key":')
    (out / ".work").mkdir()
    (out / ".work" / "1.py").write_text("x")
    assert run().graded == 1
    assert not part.exists()
    assert not (out / ".work").exists()


def test_a_fault_of_the_grader_is_no_mark_and_is_tried_again(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    path = put(tmp_path / "class", "anna", "right = 1\n")
    run()
    path.write_text("fault = 1\n")
    for _ in range(2):
        summary = run()
        assert (summary.graded, summary.known, summary.complete) == (0, 0, False)
        row = marks_in(tmp_path / "out" / "gradebook.csv")["anna"]
        assert (row["2.2.1"], row["total"]) == ("", "")
    assert len(fake.graded) == 3
    path.write_text("right = 1\n")
    assert run().complete


class _Broken(Workers):
    """Workers that cannot do anything."""

    restarts = 0

    def run(self, *_: object, **__: object) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    def restart(self) -> None:
        _Broken.restarts += 1

    def abort(self) -> None: ...

    def another(self) -> Workers:
        return self

    def close(self) -> None: ...


def test_a_fault_is_retried_once_in_fresh_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "open_workers", _Broken)
    calls: list[Options] = []

    def counted(submission: Submission, workers: Workers, options: Options) -> Verdict:
        calls.append(options)
        return pipeline.grade(submission, workers, options)

    monkeypatch.setattr(lanes, "grade", counted)
    options = Options(timeout=7, threads=1)
    with Lanes() as opened:
        found = lanes.grade_in_lane(
            Submission.of_bytes(find("2.2.1"), MODEL, b"x = 1\n"), opened, options
        )
    assert found.status is Outcome.GRADER_ERROR
    assert "not the student" in str(found.message)
    assert calls == [options] * 2
    assert _Broken.restarts == 2


def test_a_full_temporary_folder_is_nobodys_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "_LEAST_FREE_BYTES", 1 << 60)
    with Lanes() as opened:
        submission = Submission.of_bytes(find("2.2.1"), MODEL, b"x = 1\n")
        found = lanes.grade_in_lane(submission, opened, Options())
    assert found.status is Outcome.GRADER_ERROR
    assert "MB left" in str(found.message)


# --- what goes wrong on the way


def test_a_full_disk_costs_nothing_that_was_graded(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        put(tmp_path / "class", f"s{number}", f"x = {number}\n")
    written = 0

    def full(descriptor: int) -> None:
        nonlocal written
        written += 1
        if written > 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CannotWrite, match=r"the disk is full.*goes on"):
            run(jobs=1)
    out = tmp_path / "out"
    assert len(list(out.glob("verdicts/*/*.verdict"))) == 3
    assert not list(out.glob("**/.part-*"))
    assert not (out / "gradebook.csv").exists()
    assert (run().known, len(list(out.glob("verdicts/*/*.verdict")))) == (3, 6)
    with monkeypatch.context() as patch:  # and now where only the results are left to write
        written = 0
        patch.setattr(os, "fsync", full)
        with pytest.raises(CannotWrite, match="the disk is full"):
            run()
    assert not (out / "gradebook.csv").exists()
    assert run().graded == 0
    assert (out / "gradebook.csv").exists()


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode != 0,
    reason="no file system of a test's own can be mounted here",
)
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    for number in range(40):
        put(tmp_path / "class", f"student{number:02}", "", QUIZ)  # its copy needs no room
    (tmp_path / "disk").mkdir()
    script = (
        f"mount -t tmpfs -o size=80k tmpfs disk && {' '.join(GRADE)} cohort class --out disk/out;"
        "code=$?; ls disk/out; find disk/out/verdicts -name '*.verdict' -size 0; exit $code"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stdout + done.stderr
    assert "the disk is full" in done.stderr
    assert "goes on from there" in done.stderr
    assert done.stdout.split() == ["verdicts"]


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path, run: Callable[..., Summary]) -> None:
    put(tmp_path / "class", "anna")
    (tmp_path / "out").mkdir()
    with cohort._alone(tmp_path / "out"), pytest.raises(InUse, match="Another run"):
        run()
