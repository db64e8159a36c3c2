"""A class's run: what is written, and what is said. Grading itself is quick here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from commands import grade
from quick_class import MODEL, QUIZ, Fake, marks_in, put, table
from rich.console import Console

from grader.marking.gradebook import cell
from grader.marking.records import safe_name
from grader.teaching.cohort import Settings, Summary, grade_cohort

NASTY = "<script>alert('x')</script> & \x1b[31m \x00 ]]> \uffff"


def test_the_gradebook_has_a_row_per_student_and_a_column_per_exercise(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    root, out = tmp_path / "class", tmp_path / "out"
    put(root, "anna", "right = 1\n")
    put(root, "anna", "right = 1\n", QUIZ)
    put(root, "ben", "x = 1\n")
    (root / "cleo").mkdir()
    put(root, "dora", "fault = 1\n")
    summary = run()
    rows = table(out / "gradebook.csv")
    assert rows[0] == [
        "student", "name", "id", "e-mail", "1.1.1", "2.2.1", "total", "maximum", "per cent",
        "handed in",
    ]  # fmt: skip
    assert [[row[0], *row[4:9]] for row in rows[1:]] == [
        ["anna", "1", "9", "10", "10", "100"],
        ["ben", "", "8", "8", "10", "80"],
        ["cleo", "", "", "0", "10", "0"],
        ["dora", "", "", "", "10", ""],
    ]
    assert datetime.fromisoformat(rows[1][9]).tzinfo
    assert rows[3][9] == ""
    assert not summary.complete
    assert (summary.students, summary.submissions, summary.graded) == (4, 4, 3)
    problems = table(out / "problems.csv")
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


def test_a_total_is_told_where_nothing_is_left_to_grade(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    root = tmp_path / "class"
    for student in ("all", "half", "archive", "archive and all", "second"):
        put(root, student, "right = 1\n")
    for student in ("all", "archive and all"):
        put(root, student, "right = 1\n", QUIZ)
    for student in ("archive", "archive and all", "only an archive"):
        put(root, student, "Rar!", "rest.rar")
    put(root, "second", "no json", MODEL.replace(".py", ".ipynb"))
    put(root, "a report", "x", "report.pdf")
    put(root, "two", "right = 1\n", f"one/{QUIZ}")
    put(root, "two", "x = 1\n", f"other/{QUIZ}")
    (root / "nothing").mkdir()
    run("1.1.1", "2.2.1")
    totals = {
        name: row["total"] for name, row in marks_in(tmp_path / "out" / "gradebook.csv").items()
    }
    assert totals == {
        "all": "10", "half": "9", "archive": "", "archive and all": "10", "only an archive": "",
        "second": "9", "a report": "", "two": "", "nothing": "0",
    }  # fmt: skip


@pytest.mark.usefixtures("fake")
def test_a_clean_run_is_complete(tmp_path: Path, run: Callable[..., Summary]) -> None:
    put(tmp_path / "class", "anna")
    assert run("2.2.1").complete
    assert not (tmp_path / "out" / ".work").exists()


@pytest.mark.usefixtures("fake")
def test_the_folder_for_results_is_no_student(tmp_path: Path, run: Callable[..., Summary]) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "class" / "out")
    (tmp_path / "class" / "out").mkdir(parents=True)
    put(tmp_path / "class", "anna")
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
        put(tmp_path / "class", student, "right = 1\n" if student == "+1" else "x = 1\n")
    assert run().complete
    rows = table(out / "gradebook.csv")[1:]
    assert sorted(row[0].removeprefix("'") for row in rows) == sorted(STRANGE)
    assert not any(cell.startswith(("=", "@", "+", "-")) for row in rows for cell in row)
    assert marks_in(out / "gradebook.csv")["'+1"]["2.2.1"] == "9"
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
    texts = ["=1", " =1", "-a", "anna", "a=b", "a;=1", "a; b - c", "\uff1d1"]
    assert [cell(text) for text in texts] == [
        "'=1", "' =1", "'-a", "anna", "a=b", "a;'=1", "a; b - c", "'\uff1d1",
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
    put(tmp_path / "class", "<b>anna")
    put(tmp_path / "class", "<b>anna", "[]", "2_2_2<img src=x>.ipynb")
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
    put(root, "anna", "right = 1\n")
    put(root, "ben")
    put(root, "dora", "fault = 1\n")
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cohort"], "DIR"),
        (["cohort", "missing", "--out", "out"], "There is no folder missing"),
        (["cohort", "empty", "--out", "out"], "no students' folders"),
        (["cohort", "class", "--out", "file"], "file is a file"),
        (["cohort", "class", "--out", "out", "9.9.9"], "no exercise"),
        (["cohort", "class", "--jobs", "0"], "jobs"),
        (["cohort", "file"], "neither a zip archive nor a tar archive"),
        (["cohort", "class", "--require", "landlock,moat"], "no layer 'moat'"),
        (["cohort", "class", "--columns", "exercises"], "--columns is for --format canvas"),
        (
            [
                "cohort",
                "class",
                "--format",
                "canvas",
                "--columns",
                "exercises",
                "--assignment",
                "x",
            ],
            "--assignment is for the total",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    put(tmp_path / "class", "anna", "answer = 1\n", QUIZ)
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
    put(tmp_path / "class", "anna", "answer = 1\n", QUIZ)
    put(tmp_path / "class", "ben", "answer = ____\n", QUIZ)
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 students, 2 submissions: 2 graded now, 0 known from before." in done.stdout
    (tmp_path / "class" / "cleo").mkdir()
    put(tmp_path / "class", "דנה", "answer = 1\n", QUIZ)
    put(tmp_path / "class", "דנה/again", "answer = 2\n", QUIZ)
    put(tmp_path / "class", "anna", "x = 1\n", "helpers.py")
    for path in (tmp_path / "class" / "דנה").rglob("*.py"):
        os.utime(path, (1e9, 1e9))
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path, env=env)
    assert done.returncode == 1
    assert "4 students, 3 submissions: 1 graded now, 2 known from before." in done.stdout
    doubt = (
        f"Of 2 files for this exercise {QUIZ} counts, though nothing tells which is the latest; "
        f"not: again/{QUIZ}."
    )
    assert done.stderr.splitlines()[1:] == [
        "grade: cleo: nothing was handed in for these exercises",
        f"grade: \u2068דנה\u2069: 1.1.1: {doubt}",
    ]
    report = tmp_path / "out" / "report"
    pages = [path.read_text("utf-8") for path in (report / "students").iterdir()]
    assert sum(doubt in page for page in pages) == 1  # beside that student's verdict
    index = (report / "index.html").read_text("utf-8")
    assert f'<bdi>דנה</bdi></a><br><span class="quiet">1.1.1: {doubt}' in index
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
