"""What CI services are given: each step is run as it stands there, in a student's repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from commands import grade, solution

from grader.catalogue import find
from grader.classwork.arrivals import Arrival
from grader.cli import app
from grader.grading.pipeline import Options
from grader.marking.marks import GivenMark
from grader.marking.syllabus import LatePolicy, Syllabus
from grader.places import InFile
from grader.show.markdown import as_markdown
from grader.submission import Submission
from grader.teaching import repository
from grader.teaching.classroom import classroom_result
from grader.teaching.lanes import Lanes
from grader.teaching.pushes import arrival_of_push
from grader.teaching.repository import GradedExercise
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict

QUIZ = find("1.1.1")
NAME = Path(QUIZ.file).name
BIN = Path(sys.executable).parent
RUNNER = {
    "CLASSROOM": "deep-learning", "ASSIGNMENT": "quiz", "SUBMISSION_TAG": "submit/2026-10-01-abc",
    "COMMIT_URL": "https://example.org/commit/abc", "RELEASE_URL": "https://example.org/release",
}  # fmt: skip
STUDENTS = {
    "right": {NAME: solution("1.1.1")},
    "wrong": {f"week 1/{NAME}": "answer = 0\n"},
    "untouched": {f"exercises/{QUIZ.file}": QUIZ.stub_source},
    "empty": {"README.md": "# mine\n"},
    "hostile": {
        NAME: "answer = 0\n",
        "result.json": '{"score": 1, "max-score": 1}',
        "junit.xml": "<testsuites/>",
        "pip.py": "raise SystemExit(0)\n",
        "grader/__init__.py": "raise SystemExit(0)\n",
    },
    "with a course": {
        NAME: "answer = 0\n",
        "course.toml": 'points = 40\n[feedback]\nkind = "brief"\n[due]\nall = 2026-01-01\n',
    },
}
"""What a repository holds."""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files for each service, in a folder of its name."""
    root = tmp_path_factory.mktemp("templates")
    for name in ("github", "gitlab", "classroom50"):
        (root / name).mkdir()
        done = grade("ci", name, name, "1.1.1", cwd=root)
        assert done.returncode == 0, done.stderr
        files = [root / line for line in done.stdout.splitlines()]
        assert len(files) == (3 if name == "classroom50" else 2)
        assert all(path.is_file() for path in files)
        assert len(files[0].read_text().splitlines()) < 30
    return root


@pytest.fixture
def checkout(templates: Path, tmp_path: Path) -> Callable[[str, str], Path]:
    """Return a function that checks a student's repository out, made from a template."""

    def check_out(student: str, service: str) -> Path:
        repository = tmp_path / student
        if service == "classroom50":
            repository.mkdir()
        else:
            shutil.copytree(templates / service, repository)
        for name, text in STUDENTS[student].items():
            path = repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return repository

    return check_out


def _steps(service: str, repository: Path) -> list[str]:
    """Return the commands of a service's file, but for the installation."""
    if service == "github":
        job = yaml.safe_load((repository / ".github/workflows/grade.yml").read_text())
        assert job[True] == ["push", "workflow_dispatch"]  # YAML takes `on` for a truth value
        found = [step["run"] for step in job["jobs"]["grade"]["steps"] if "run" in step]
    else:
        job = yaml.safe_load((repository / ".gitlab-ci.yml").read_text())["grade"]
        assert job["artifacts"]["reports"]["junit"] == "junit.xml"
        found = job["script"]
    install, *rest = found
    assert install.startswith("pip install --quiet ./")
    assert len(list(repository.glob(install.removeprefix("pip install --quiet ./")))) == 1
    return [str(command) for command in rest]


def _run(service: str, repository: Path, templates: Path) -> int:
    """Do what the service does; return how it ended."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "CI": "true"}
    if service == "classroom50":
        fake = repository.parent / "fake"  # the package is installed already
        fake.mkdir()
        (fake / "pip.py").write_text(
            "import sys\nassert sys.argv[1] == 'install' and sys.argv[3].endswith('.whl')\n"
        )
        env |= {**RUNNER, "PYTHONPATH": str(fake)}
        script = templates / service / "autograder.py"
        return subprocess.run(
            [sys.executable, str(script)], cwd=repository, env=env, check=False
        ).returncode
    summary = repository / "summary.md"
    env["GITHUB_STEP_SUMMARY"] = str(summary)
    summary.touch()
    for step in _steps(service, repository):
        code = subprocess.run(["bash", "-e", "-c", step], cwd=repository, env=env, check=False)
        if code.returncode:
            return code.returncode
    return 0


@pytest.mark.parametrize(
    ("student", "service"),
    [
        (student, service)
        for student in STUDENTS
        for service in ("github", "gitlab", "classroom50")
        if (student, service) != ("with a course", "gitlab")  # which does as GitHub does
    ],
)
def test_a_repository_is_graded(
    templates: Path, checkout: Callable[[str, str], Path], student: str, service: str
) -> None:
    repository = checkout(student, service)
    passed = student == "right"
    code = _run(service, repository, templates)
    assert code == (0 if passed or service == "classroom50" else 1)
    result = json.loads((repository / "result.json").read_text())
    most = 40 if student == "with a course" and service != "classroom50" else 1
    assert (result["score"], result["max-score"]) == (int(passed), most)
    assert [test["passed"] for test in result["tests"]] == [passed]
    name = "release-body.md" if service == "classroom50" else "summary.md"
    summary = (repository / name).read_text()
    assert summary.startswith(f"## {int(passed)} of {most} points")
    assert ("so it counts as in time" in summary) == (most == 40)
    if student in {"wrong", "with a course"}:
        assert ("expected:" in summary) == (most == 1)  # brief, where its own course counts
    if service == "classroom50":
        assert result["classroom"] == "deep-learning"
        assert result["review"] == RUNNER["COMMIT_URL"]
    else:
        (suite,) = ElementTree.parse(repository / "junit.xml").getroot()
        assert (suite.get("tests"), suite.get("failures")) == ("1", "0" if passed else "1")


def test_githubs_log_takes_no_text_of_a_students_for_a_command(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("answer = 0\n::notice title=Autograding complete::100/100\n")
    env = {**os.environ, "GITHUB_ACTIONS": "true"}
    command = [sys.executable, "-m", "grader", "ci", "run", "1.1.1"]
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    before, _, token = done.stdout.splitlines()[0].partition("stop-commands::")
    assert before == "::"
    assert len(token) == 32
    shown, end, after = done.stdout.partition(f"::{token}::\n")
    assert "::notice" in shown
    assert end
    assert not after


def test_other_files_stay_and_another_wheel_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / ".gitlab-ci.yml"
    path.write_text("mine:\n")
    done = grade("ci", "gitlab", ".", cwd=tmp_path)
    assert (done.returncode, path.read_text()) == (2, "mine:\n")
    assert "is there already" in done.stderr
    path.unlink()
    where = "keras-grader @ https://example.org/a b.whl"
    for _ in range(2):  # the same once more is no other file
        done = grade("ci", "gitlab", ".", "2.2", "1", "--install", where, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    script = yaml.safe_load(path.read_text())["grade"]["script"]
    assert script[0] == f"pip install --quiet '{where}'"
    assert script[1].startswith("grade ci run 2.2 1 --junit")
    assert [found.name for found in tmp_path.iterdir()] == [".gitlab-ci.yml"]


def _verdict(status: Outcome, *checks: CheckResult, message: str = "") -> Verdict:
    return Verdict("2.2.1", "A model", status, checks, message)


@pytest.mark.parametrize("service", ["github", "gitlab", "classroom50"])
def test_the_course_goes_into_the_repository(
    tmp_path: Path, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "repository"
    folder.mkdir()
    course = 'exercises = ["1.1.1"]\n'
    (tmp_path / "course.toml").write_text(course)

    def write() -> str:
        words = ["ci", service, "repository", "--install", "keras-grader"]
        return str(CliRunner().invoke(app, words, standalone_mode=False).exception)

    assert write() == "None"
    assert (folder / "course.toml").read_text() == course
    (tmp_path / "course.toml").write_text("points = 3\n")
    assert "course.toml is there already" in write()
    (tmp_path / "course.toml").write_text("pionts = 3\n")
    assert "pionts: there is no such key" in write()
    assert (folder / "course.toml").read_text() == course


PUSHED = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "environment", "when"),
    [
        ('{"repository": {"pushed_at": 1790856000}}', {}, PUSHED),
        ('{"repository": {"pushed_at": "2026-10-01T12:00:00Z"}}', {}, PUSHED),
        ('{"repository": {}}', {}, None),
        ("[" * 100_000, {}, None),
        (
            "",
            {"CI_PIPELINE_SOURCE": "push", "CI_PIPELINE_CREATED_AT": "2026-10-01T14:00:00+02:00"},
            PUSHED,
        ),
        (
            "",
            {"CI_PIPELINE_SOURCE": "web", "CI_PIPELINE_CREATED_AT": "2026-10-01T14:00:00+02:00"},
            None,
        ),
        ("", {"CI_PIPELINE_SOURCE": "push", "CI_PIPELINE_CREATED_AT": "today"}, None),
        ("", {}, None),
    ],
)
def test_a_push_has_the_services_time(
    tmp_path: Path, event: str, environment: dict[str, str], when: datetime | None
) -> None:
    if event:
        (tmp_path / "event.json").write_text(event)
        environment = {"GITHUB_EVENT_PATH": str(tmp_path / "event.json")}
    assert arrival_of_push(environment).time == when


def test_a_course_marks_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(submission: Submission, _: Lanes, options: Options) -> Verdict:
        assert options.timeout == 50
        passed = CheckResult("answer", CheckStatus.PASSED, "It is so.")
        return Verdict(submission.exercise.id, "", Outcome.PASSED, (passed,))

    monkeypatch.setattr(repository, "grade_in_lane", judge)
    (tmp_path / NAME).write_text("answer = 3")
    due = PUSHED - timedelta(hours=25)
    syllabus = Syllabus(
        exercises=("1.1.1", "1.1.2"),
        points={"1.1.1": 10.0},
        due={"1.1.1": due},
        late=LatePolicy(20),
        timeout=50,
    )
    arrival = Arrival(PUSHED.timestamp(), "platform")
    found = repository.grade_repository(
        tmp_path, syllabus, arrival, seed=0, require=(), say=lambda _: None
    )
    assert (found.points, found.most) == (6, 11)
    assert found.notes[0].startswith("1.1.1: Handed in late: 2026-10-01 12:00 (as the platform")
    result = classroom_result(found.exercises, {})
    assert (result["score"], result["max-score"]) == (6, 11)
    assert [test["score"] for test in result["tests"]] == [10, 0]


def test_the_result_is_what_classroom_50_documents() -> None:
    verdict = _verdict(
        Outcome.FAILED,
        CheckResult("one", CheckStatus.PASSED, "It is so.", max_points=2),
        CheckResult("two", CheckStatus.FAILED, "It is not.", max_points=3),
        CheckResult("three", CheckStatus.SKIPPED, "Not here.", max_points=4, counts=False),
    )
    graded = GradedExercise(verdict, verdict.places, GivenMark(2, 5))
    found: dict[str, Any] = classroom_result([graded], RUNNER, datetime(2026, 10, 1, tzinfo=UTC))
    assert found == {
        "schema": "classroom50/result/v1",
        "classroom": "deep-learning",
        "assignment": "quiz",
        "submission": "submit/2026-10-01-abc",
        "commit": "https://example.org/commit/abc",
        "release": "https://example.org/release",
        "review": "https://example.org/commit/abc",
        "datetime": "2026-10-01T00:00:00Z",
        "score": 2,
        "max-score": 5,
        "tests": [
            {"test-name": "2.2.1 one: It is so.", "passed": True, "score": 2, "max-score": 2},
            {"test-name": "2.2.1 two: It is not.", "passed": False, "score": 0, "max-score": 3},
        ],
    }


def test_a_summary_shows_what_a_file_says_as_text_alone() -> None:
    verdict = _verdict(Outcome.ERROR, message="```` <img src=x> \x1b[31m")
    told = (verdict, InFile("a.py"), "0 of 8")
    text = as_markdown([told], "0 of 8", ["<b>*.py belongs to no exercise."])
    lines = text.splitlines()
    assert (lines[0], lines[4]) == ("## 0 of 8 points", "| 2.2.1 A model | ERROR | 0 of 8 |")
    assert r"- \<b\>\*.py belongs to no exercise." in lines
    begin = lines.index("`````text")
    assert lines[-1] == "`````"
    assert any("<img" in line for line in lines[begin:-1])
    assert "\x1b" not in text
