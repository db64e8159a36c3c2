"""What CI services are given: each step is run as it stands there, in a student's repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from commands import grade, solution

from grader.catalogue import find
from grader.places import InFile
from grader.show.markdown import as_markdown
from grader.teaching.classroom import classroom_result
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
        assert len(files) == 2
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


@pytest.mark.parametrize("service", ["github", "gitlab", "classroom50"])
@pytest.mark.parametrize("student", STUDENTS)
def test_a_repository_is_graded(
    templates: Path, checkout: Callable[[str, str], Path], student: str, service: str
) -> None:
    repository = checkout(student, service)
    passed = student == "right"
    code = _run(service, repository, templates)
    assert code == (0 if passed or service == "classroom50" else 1)
    result = json.loads((repository / "result.json").read_text())
    assert (result["score"], result["max-score"]) == (int(passed), 1)
    assert [test["passed"] for test in result["tests"]] == [passed]
    name = "release-body.md" if service == "classroom50" else "summary.md"
    summary = (repository / name).read_text()
    assert summary.startswith(f"## {int(passed)} of 1 points")
    if service == "classroom50":
        assert result["classroom"] == "deep-learning"
        assert result["review"] == RUNNER["COMMIT_URL"]
    else:
        (suite,) = ElementTree.parse(repository / "junit.xml").getroot()
        assert (suite.get("tests"), suite.get("failures")) == ("1", "0" if passed else "1")


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


def test_the_result_is_what_classroom_50_documents() -> None:
    verdict = _verdict(
        Outcome.FAILED,
        CheckResult("one", CheckStatus.PASSED, "It is so.", max_points=2),
        CheckResult("two", CheckStatus.FAILED, "It is not.", max_points=3),
        CheckResult("three", CheckStatus.SKIPPED, "Not here.", max_points=4, counts=False),
    )
    found: dict[str, Any] = classroom_result([verdict], RUNNER, datetime(2026, 10, 1, tzinfo=UTC))
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
    text = as_markdown([(verdict, InFile("a.py"))], ["<b>*.py belongs to no exercise."])
    lines = text.splitlines()
    assert lines[4] == "| 2.2.1 A model | ERROR | 0 of 0 |"
    assert r"- \<b\>\*.py belongs to no exercise." in lines
    begin = lines.index("`````text")
    assert lines[-1] == "`````"
    assert any("<img" in line for line in lines[begin:-1])
    assert "\x1b" not in text
