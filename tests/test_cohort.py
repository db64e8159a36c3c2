"""A class's run: what is written, what is kept, what is said. Grading itself is quick here."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from commands import GRADE, grade
from rich.console import Console

from grader.catalogue import find
from grader.grading import pipeline
from grader.grading.pipeline import Options
from grader.identity import differences, identity
from grader.processes.workers import Workers
from grader.submission import Submission
from grader.teaching import cohort, lanes
from grader.teaching.cohort import CannotWrite, InUse, Settings, Summary, grade_cohort
from grader.teaching.gradebook import cell
from grader.teaching.lanes import Lanes
from grader.teaching.records import safe_name
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict

MODEL, QUIZ = "2_2_1_a_multi_class_model.py", "1_1_1_describing_keras.py"
NASTY = "<script>alert('x')</script> & \x1b[31m \x00 ]]> \uffff"


def _put(root: Path, student: str, source: str = "x = 1\n", name: str = MODEL) -> Path:
    path = root / student / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return path


class Fake:
    """Grades at once: points for the length of the source; what it says can be chosen."""

    def __init__(self) -> None:
        self.graded: list[bytes] = []
        self.status = Outcome.FAILED
        self.words = "Look there."

    def __call__(self, submission: Submission, _: Lanes, options: Options) -> Verdict:
        self.graded.append(submission.file.data)
        exercise = submission.exercise
        if b"fault" in submission.file.data:
            return lanes.fault(submission, "Out of order.")
        right = b"right" in submission.file.data
        return Verdict(
            exercise.id,
            exercise.title,
            Outcome.PASSED if right else self.status,
            tuple(
                CheckResult(name, CheckStatus.PASSED, exercise.statements[name], max_points=points)
                if right or name != "optimizer"
                else CheckResult(
                    name,
                    CheckStatus.FAILED,
                    exercise.statements[name],
                    expected="adam",
                    got=self.words,
                    message=self.words,
                    line=3,
                    max_points=points,
                )
                for name, points in exercise.check_points.items()
            ),
            self.words,
            file=submission.name,
        )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    found = Fake()
    monkeypatch.setattr(cohort, "grade_in_lane", found)
    return found


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Summary]:
    """Grade the folder `class` into the folder `out`."""

    def grade_now(*ids: str, **settings: Any) -> Summary:
        chosen = [find(id) for id in ids] or None
        console = Console(file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
        return grade_cohort(
            tmp_path / "class", tmp_path / "out", chosen, Settings(**settings), console
        )

    return grade_now


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


# --- what is written


def test_the_gradebook_has_a_row_per_student_and_a_column_per_exercise(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    root, out = tmp_path / "class", tmp_path / "out"
    _put(root, "anna", "right = 1\n")
    _put(root, "anna", "right = 1\n", QUIZ)
    _put(root, "ben", "x = 1\n")
    (root / "cleo").mkdir()
    _put(root, "dora", "fault = 1\n")
    summary = run()
    assert _rows(out / "gradebook.csv") == [
        ["student", "1.1.1", "2.2.1", "total"],
        ["anna", "1", "9", "10"],
        ["ben", "", "8", "8"],
        ["cleo", "", "", "0"],
        ["dora", "", "", "0"],
    ]
    assert not summary.complete
    assert (summary.students, summary.submissions, summary.graded) == (4, 4, 3)
    problems = _rows(out / "problems.csv")
    assert problems[0] == ["student", "exercise", "file", "kind", "what"]
    explained = {(row[0], row[1]): (row[3], row[4]) for row in problems[1:]}
    assert explained["cleo", ""][0] == "not graded"
    assert explained["dora", "2.2.1"] == (
        "not graded", "The grader failed, not the student. Out of order.",
    )  # fmt: skip
    assert explained["ben", "1.1.1"] == ("note", "no file was handed in")
    document = json.loads((out / "results.json").read_text("utf-8"))
    assert [found["max_points"] for found in document["exercises"]] == [1, 9]
    assert [found["points"] for found in document["students"]] == [10, 8, 0, 0]
    assert document["students"][1]["exercises"][0]["submitted"] == MODEL
    assert (out / "report" / "index.html").exists()
    assert {path.name for path in (out / "report" / "students").iterdir()} == {
        "anna.html", "ben.html", "cleo.html", "dora.html",
    }  # fmt: skip


@pytest.mark.usefixtures("fake")
def test_a_clean_run_is_complete(tmp_path: Path, run: Callable[..., Summary]) -> None:
    _put(tmp_path / "class", "anna")
    assert run("2.2.1").complete
    assert not (tmp_path / "out" / ".work").exists()


@pytest.mark.usefixtures("fake")
def test_the_folder_for_results_is_no_student(tmp_path: Path, run: Callable[..., Summary]) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "class" / "out")
    (tmp_path / "class" / "out").mkdir(parents=True)
    _put(tmp_path / "class", "anna")
    console = Console(file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    for _ in range(2):
        summary = grade_cohort(
            tmp_path / "class", tmp_path / "class" / "out", None, Settings(), console
        )
        assert (summary.students, summary.complete) == (1, True)


STRANGE = [
    "Ünal Şahin", "=cmd|' C calc'!A0", "@SUM(A1)", "+1", "-1", "<script>alert(1)",
    "a b", "A B", "A b", "con", "x..y", "x" * 200, "a&b\"c'd", "日本語", "-8f3a2b",
]  # fmt: skip


@pytest.mark.usefixtures("fake")
def test_students_of_any_name(tmp_path: Path, run: Callable[..., Summary]) -> None:
    out = tmp_path / "out"
    for student in STRANGE:
        _put(tmp_path / "class", student, "right = 1\n" if student == "+1" else "x = 1\n")
    assert run().complete
    rows = _rows(out / "gradebook.csv")[1:]
    assert sorted(row[0].removeprefix("'") for row in rows) == sorted(STRANGE)
    assert not any(row[0].startswith(("=", "@", "+", "-")) for row in rows)
    assert {row[0]: row[1] for row in rows}["'+1"] == "9"
    assert len(list((out / "report" / "students").iterdir())) == len(STRANGE)
    assert len({path.name.lower() for path in (out / "verdicts").iterdir()}) == len(STRANGE)
    index = (out / "report" / "index.html").read_text("utf-8")
    assert "<script" not in index
    for link in re.findall(r'href="([^"]+)"', index):
        assert (out / "report" / link).is_file()
    suites = ElementTree.parse(out / "junit.xml").getroot()
    assert {suite.get("name") for suite in suites} == set(STRANGE)


def test_names_of_files_are_safe_and_never_the_same() -> None:
    names = [
        *STRANGE, "a/b", "a\\b", "a-b", "A-B", "", ".", "..", "nul", "nul.txt", "anna.",
        safe_name("A B"), safe_name("a/b"), safe_name(safe_name("a/b")), "\ud800", "café", "cafe\u0301",
    ]  # fmt: skip
    safe = [safe_name(name) for name in names]
    assert len({name.lower() for name in safe}) == len(set(names))
    for name in safe:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,70}(?<!\.)", name)
    assert safe_name("anna") == "anna"


def test_a_cell_is_no_formula() -> None:
    assert [cell(text) for text in ("=1", " =1", "-a", "anna", "a=b")] == [
        "'=1", "' =1", "'-a", "anna", "a=b",
    ]  # fmt: skip


class _Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"src", "href"} or name.startswith("on"):
                self.outside.append(f"{name}={value}")


def test_what_students_write_is_only_ever_text(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    out = tmp_path / "out"
    fake.words = NASTY
    _put(tmp_path / "class", "<b>anna")
    _put(tmp_path / "class", "<b>anna", "[]", "2_2_2<img src=x>.ipynb")
    run()
    (page,) = (out / "report" / "students").iterdir()
    for path in (page, out / "report" / "index.html"):
        tags = _Tags()
        tags.feed(path.read_text("utf-8"))
        assert not tags.tags & {"script", "img", "b", "iframe", "object", "link"}
        assert all(re.fullmatch(r"href=students/[a-z0-9.-]+", found) for found in tags.outside)
        assert "\x1b" not in path.read_text("utf-8")
    suites = ElementTree.parse(out / "junit.xml").getroot()
    assert "alert" in "".join(suites.itertext())
    json.loads((out / "results.json").read_text("utf-8"))


def test_junit_for_common_readers(tmp_path: Path, fake: Fake, run: Callable[..., Summary]) -> None:
    root = tmp_path / "class"
    _put(root, "anna", "right = 1\n")
    _put(root, "ben")
    _put(root, "dora", "fault = 1\n")
    run()
    suites = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot()
    assert suites.tag == "testsuites"
    counts = {}
    for suite in suites:
        assert suite.tag == "testsuite"
        cases = suite.findall("testcase")
        assert all(case.get("name") and case.get("classname") for case in cases)
        assert all(float(case.get("time", "")) >= 0 for case in cases)
        assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == len(suite.findall(f"testcase/{tag}"))
        counts[suite.get("name")] = [
            int(suite.get(name, "")) for name in ("tests", "failures", "errors", "skipped")
        ]
    assert counts == {"anna": [6, 0, 0, 0], "ben": [6, 1, 0, 0], "dora": [1, 0, 1, 0]}


# --- what is kept


def test_nothing_is_graded_twice(tmp_path: Path, fake: Fake, run: Callable[..., Summary]) -> None:
    paths = [_put(tmp_path / "class", f"s{number}", f"x = {number}\n") for number in range(5)]
    assert (run().graded, len(fake.graded)) == (5, 5)
    first = (tmp_path / "out" / "gradebook.csv").read_bytes()
    summary = run()
    assert (summary.graded, summary.known, len(fake.graded)) == (0, 5, 5)
    assert (tmp_path / "out" / "gradebook.csv").read_bytes() == first
    paths[0].write_text("right = 1\n")
    summary = run()
    assert (summary.graded, summary.known) == (1, 4)
    assert _rows(tmp_path / "out" / "gradebook.csv")[1] == ["s0", "9", "9"]
    assert run(seed=1).graded == 5
    assert run(seed=1, timeout=9).graded == 5
    assert run(seed=1, timeout=9, fresh=True).graded == 5
    assert run(seed=1, timeout=9, jobs=1).graded == 0


def test_what_is_saved_while_the_class_is_graded_counts_in_the_next_run(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first submission that runs makes all files right, wherever it finds them."""
    for student in ("anna", "ben", "cleo"):
        _put(tmp_path / "class", student, f"{student} = 1\n")

    def hostile(submission: Submission, opened: Lanes, options: Options) -> Verdict:
        for path in tmp_path.rglob("*.py"):
            path.write_text("right = 1\n")
        return fake(submission, opened, options)

    with monkeypatch.context() as patch:
        patch.setattr(cohort, "grade_in_lane", hostile)
        run(jobs=1)
    assert fake.graded == [b"anna = 1\n", b"ben = 1\n", b"cleo = 1\n"]
    gradebook = tmp_path / "out" / "gradebook.csv"
    assert [row[1] for row in _rows(gradebook)[1:]] == ["8", "8", "8"]
    assert (run().graded, fake.graded[3:]) == (3, [b"right = 1\n"] * 3)
    assert [row[1] for row in _rows(gradebook)[1:]] == ["9", "9", "9"]
    _put(tmp_path / "class", "anna", "anna = 1\n")
    assert run().graded == 1
    assert [row[1] for row in _rows(gradebook)[1:]] == ["8", "9", "9"]


def test_a_text_that_no_file_can_hold_costs_only_its_own_verdict(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    fake.words = "half a pair: \ud800"
    _put(tmp_path / "class", "anna", "x = 1\n")
    assert (run().graded, run().complete) == (0, False)
    fake.words = "Look there."
    _put(tmp_path / "class", "ben", "x = 1\n")
    assert run().graded == 2


def test_another_grader_grades_anew(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(tmp_path / "class", "anna")
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
    _put(tmp_path / "class", "anna")
    run()
    path = tmp_path / "out" / "verdicts" / "anna" / "2.2.1.verdict"
    path.write_bytes(path.read_bytes()[:-20] if damage == b"half" else damage)
    assert run().graded == 1
    assert len(fake.graded) == 2


def test_what_a_killed_run_left_is_cleared_away(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    _put(tmp_path / "class", "anna")
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
    path = _put(tmp_path / "class", "anna", "right = 1\n")
    run()
    path.write_text("fault = 1\n")
    for _ in range(2):
        summary = run()
        assert (summary.graded, summary.known, summary.complete) == (0, 0, False)
        assert _rows(tmp_path / "out" / "gradebook.csv")[1] == ["anna", "", "0"]
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
        _put(tmp_path / "class", f"s{number}", f"x = {number}\n")
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
        _put(tmp_path / "class", f"student{number:02}", "", QUIZ)  # its copy needs no room
    (tmp_path / "disk").mkdir()
    script = (
        f"mount -t tmpfs -o size=80k tmpfs disk && {' '.join(GRADE)} cohort class --out disk/out;"
        "code=$?; ls disk/out; find disk/out/verdicts -name '*.verdict' -size 0; exit $code"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "the disk is full" in done.stderr
    assert "goes on from there" in done.stderr
    assert done.stdout.split() == ["verdicts"]


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path, run: Callable[..., Summary]) -> None:
    _put(tmp_path / "class", "anna")
    (tmp_path / "out").mkdir()
    with cohort._alone(tmp_path / "out"), pytest.raises(InUse, match="Another run"):
        run()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cohort"], "DIR"),
        (["cohort", "missing", "--out", "out"], "There is no folder missing"),
        (["cohort", "empty", "--out", "out"], "no students' folders"),
        (["cohort", "class", "--out", "file"], "file is a file"),
        (["cohort", "class", "--out", "out", "9.9.9"], "no exercise"),
        (["cohort", "class", "--jobs", "0"], "jobs"),
        (["cohort", "file"], "no zip archive"),
        (["cohort", "class", "--require", "landlock,moat"], "no layer 'moat'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    _put(tmp_path / "class", "anna", "answer = 1\n", QUIZ)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    done = grade(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


def test_the_command_says_what_it_did(
    tmp_path: Path, import_log: tuple[dict[str, str], Path]
) -> None:
    env, log = import_log
    _put(tmp_path / "class", "anna", "answer = 1\n", QUIZ)
    _put(tmp_path / "class", "ben", "answer = ____\n", QUIZ)
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 students, 2 submissions: 2 graded now, 0 known from before." in done.stdout
    (tmp_path / "class" / "cleo").mkdir()
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path, env=env)
    assert done.returncode == 1
    assert "3 students, 2 submissions: 0 graded now, 2 known from before." in done.stdout
    assert done.stderr.strip() == "grade: cleo: nothing was handed in for these exercises"
    assert log.read_text() == ""  # quizzes and blanks need no TensorFlow


def test_listing_stays_quick(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['grade', 'list']\n"
        "from grader.cli import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    heavy = {'joblib', 'distributed', 'nbformat', 'numpy', 'grader.teaching.cohort'}\n"
        "    print(heavy & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.strip() == "set()"
