"""The autograder for Gradescope: unpacked into a clean folder, and run as Gradescope does."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from commands import grade, solution
from installed import install

from grader.catalogue import exercises, find
from grader.grading.pipeline import Options
from grader.grading.pipeline import grade as grade_file
from grader.identity import versions
from grader.marking.syllabus import Feedback, LatePolicy, Syllabus
from grader.places import render
from grader.processes.workers import Workers
from grader.submission import Submission, read_submission
from grader.teaching import autograder, lanes
from grader.teaching.autograder import Configuration, arrival_of
from grader.verdict import Verdict

TOP = {
    "score",
    "execution_time",
    "output",
    "visibility",
    "stdout_visibility",
    "extra_data",
    "tests",
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the archive with the command, unpack it, and install its wheel."""
    folder = tmp_path_factory.mktemp("gradescope")
    done = grade("gradescope", "auto.zip", "2.2.1", "2.2.2", "1.1.1", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 exercises" in done.stdout
    root = folder / "autograder"
    with zipfile.ZipFile(folder / "auto.zip") as archive:
        archive.extractall(root / "source")
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    (wheel,) = (root / "source").glob("*.whl")
    install(wheel, root / "venv")
    return root


def _run(root: Path, submission: Path, results: Path, **env: str) -> dict[str, Any]:
    done = subprocess.run(
        ["bash", str(root / "source" / "run_autograder")],
        cwd=submission,
        env={
            "PATH": os.environ["PATH"], "HOME": str(results.parent), "AUTOGRADER_ROOT": str(root),
            "AUTOGRADER_SUBMISSION": str(submission), "AUTOGRADER_RESULTS": str(results), **env,
        },
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads((results / "results.json").read_text("utf-8")))


def test_the_archive_pins_what_it_was_made_with(unpacked: Path) -> None:
    """On Gradescope the same versions are installed, in so far as its Python has them."""
    lines = (unpacked / "source" / "constraints.txt").read_text("utf-8").splitlines()[1:]
    pinned = dict(line.split("==") for line in lines)
    for name, version in pinned.items():
        assert importlib.metadata.version(name).startswith(version)
    direct = [line for line in importlib.metadata.requires("keras-grader") or [] if ";" not in line]
    assert {re.split(r"[^\w.-]", line)[0] for line in direct} <= pinned.keys()
    assert {"h5py", "scipy", "markdown-it-py"} <= pinned.keys(), "and what these need"
    setup = (unpacked / "source" / "setup.sh").read_text("utf-8")
    assert '--constraint "$root/source/constraints.txt"' in setup
    assert f"for candidate in python{sys.version_info[0]}.{sys.version_info[1]} python3 " in setup


def _expect_documented(found: dict[str, Any]) -> None:
    """Expect the fields that Gradescope documents, with their types and values."""
    assert found.keys() <= TOP
    assert isinstance(found["output"], str)
    assert isinstance(found["execution_time"], int)
    assert found["visibility"] in {"hidden", "after_due_date", "after_published", "visible"}
    assert found["stdout_visibility"] in {"hidden", "after_due_date", "after_published", "visible"}
    assert isinstance(found["extra_data"], dict)
    for test in found.get("tests", []):
        if "score" not in test:  # the grader failed at an exercise
            assert test.keys() == {"name", "output", "visibility"}
            assert "The grader failed, not you" in test["output"]
            continue
        assert test.keys() == {"name", "score", "max_score", "status", "output", "visibility"}
        assert isinstance(test["name"], str)
        assert test["name"]
        assert type(test["score"]) in {int, float}
        assert type(test["max_score"]) in {int, float}
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] in {"passed", "failed"}
        assert isinstance(test["output"], str)
        assert test["visibility"] == "visible"
    if "score" in found:
        assert found["score"] == sum(test.get("score", 0) for test in found["tests"])
        assert type(found["score"]) in {int, float}


def test_a_submission_is_graded_as_grade_does(
    unpacked: Path, tmp_path: Path, workers: Workers
) -> None:
    submission = tmp_path / "submission"
    (submission / "src").mkdir(parents=True)
    wrong = solution("2.2.1").replace('"softmax"', '"sigmoid"').replace('"adam"', '"sgd"')
    path = submission / "src" / Path(find("2.2.1").file).name
    path.write_text(wrong)
    (submission / "1_1_1.py").write_text(solution("1.1.1"))
    (submission / "2_2_2.ipynb").write_text("no json")
    found = _run(unpacked, submission, tmp_path / "results")
    _expect_documented(found)
    verdict = grade_file(read_submission(find("2.2.1"), path), workers, Options())
    tests = {test["name"]: test for test in found["tests"]}
    assert len(tests) == 6 + 1 + len(find("2.2.2").check_points)
    for check in verdict.checks:
        test = tests[f"2.2.1 {check.statement}"]
        assert (test["score"], test["max_score"]) == (check.points, check.max_points)
        assert render(check.message, verdict.places) in test["output"]
    assert (
        "expected: layer 4: another activation"
        in tests["2.2.1 Each layer has the right activation."]["output"]
    )
    assert found["score"] == verdict.points + 1
    assert "not JSON" in found["output"]
    assert found["extra_data"]["exercises"][1]["status"] == "failed"
    assert found["extra_data"]["versions"] == versions()


def test_nothing_handed_in_says_what_is_missing(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    found = _run(unpacked, tmp_path / "submission", tmp_path / "results")
    _expect_documented(found)
    assert found["score"] == 0
    assert "has to start with 2_2_1" in found["output"]


def test_a_broken_installation_gives_no_score(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    found = _run(unpacked, tmp_path / "submission", tmp_path / "results", AUTOGRADER_PYTHON="false")
    assert "The grader failed, not you" in found["output"]
    assert not found.keys() & {"score", "tests"}


def test_a_fault_of_the_grader_gives_no_score(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_LEAST_FREE_BYTES", 1 << 60)
    (tmp_path / "1_1_1.py").write_text(solution("1.1.1"))
    found = autograder.grade_submission(Configuration(Syllabus(exercises=("1.1.1",))), tmp_path)
    _expect_documented({**found, "execution_time": 0})
    assert not found.keys() & {"score", "tests"}
    assert "The grader failed, not you, and nothing was marked" in found["output"]


def test_a_fault_at_one_exercise_leaves_the_others_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grade_most(submission: Submission, workers: Workers, options: Options) -> Verdict:
        if submission.exercise.id == "1.1.2":
            raise RuntimeError("an odd file")
        return grade_file(submission, workers, options)

    monkeypatch.setattr(lanes, "grade", grade_most)
    for id in ("1.1.1", "1.1.2"):
        (tmp_path / f"{id.replace('.', '_')}.py").write_text(solution(id))
    config = Configuration(Syllabus(exercises=("1.1.1", "1.1.2", "2.2.1")))
    found = autograder.grade_submission(config, tmp_path)
    _expect_documented({**found, "execution_time": 0})
    tests = {test["name"].split()[0]: test for test in found["tests"]}
    assert found["score"] == tests["1.1.1"]["score"] == find("1.1.1").points
    assert "an odd file" in tests["1.1.2"]["output"]
    assert tests["2.2.1"]["score"] == 0
    assert f"1.1.2 {find('1.1.2').title}: The grader failed, not you" in found["output"]
    assert "1.1.1" in found["output"]


def test_a_course_sets_points_lateness_and_feedback(tmp_path: Path) -> None:
    """By the time that Gradescope tells, not by that of the files."""
    (tmp_path / "1_1_1.py").write_text(solution("1.1.1"))
    (tmp_path / "1_1_2.py").write_text("answer = 99")
    due = datetime(2027, 3, 1, tzinfo=UTC)
    metadata = tmp_path / "submission_metadata.json"
    metadata.write_text('{"id": 1, "created_at": "2027-03-01T18:00:00.123456-08:00", "x": {}}')
    syllabus = Syllabus(
        exercises=("1.1.1", "1.1.2"),
        points={"1.1.1": 10, "1.1.2": 2.5},
        due={"1.1.1": due},
        late=LatePolicy(per_day=10),
        feedback=Feedback(brief=True),
    )
    config = Configuration(syllabus)
    found = autograder.grade_submission(config, tmp_path, arrival_of(metadata))
    assert found["score"] == 8
    assert "2 days have begun since. 20 % of the points are taken off." in found["output"]
    assert [(test["score"], test["max_score"]) for test in found["tests"]] == [(10, 10), (0, 2.5)]
    assert "expected" not in found["tests"][1]["output"]
    metadata.write_text('{"created_at": "yesterday"}')
    found = autograder.grade_submission(config, tmp_path, arrival_of(metadata))
    assert found["score"] == 10
    assert "it counts as in time" in found["output"]


def test_the_wheel_has_no_solutions_and_grades_all_the_same(unpacked: Path) -> None:
    site = next((unpacked / "venv").glob("lib/*/site-packages"))
    assert not (site / "grader" / "solutions").exists()
    assert len(list((site / "grader" / "checks").glob("check_*.py"))) == len(exercises())


def test_the_scripts_are_sound(unpacked: Path, tmp_path: Path) -> None:
    """`setup.sh` runs for real, but for the packages that pip would fetch."""
    for name in ("setup.sh", "run_autograder"):
        script = unpacked / "source" / name
        assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
        assert script.read_text().startswith("#!/usr/bin/env bash\n")
    shutil.copytree(unpacked / "source", tmp_path / "source")
    done = subprocess.run(
        ["bash", str(tmp_path / "source" / "setup.sh")],
        env={**os.environ, "AUTOGRADER_ROOT": str(tmp_path), "PIP_NO_DEPS": "1"},
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    # Without its dependencies the command cannot start, which is the script's last line.
    assert "Successfully installed keras-grader" in done.stdout, done.stdout + done.stderr
    assert (tmp_path / "venv" / "bin" / "grade").exists()
    assert done.returncode != 0


@pytest.mark.parametrize("arguments", [["x.tar"], ["no/folder.zip"], ["x.zip", "9.9.9"], []])
def test_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    done = grade("gradescope", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_archive_needs_this_python_only_for_its_wheel(unpacked: Path) -> None:
    config = json.loads((unpacked / "source" / "config.json").read_text())
    syllabus = config.pop("syllabus")
    assert config == {"seed": 0, "require": []}
    assert syllabus["exercises"] == ["1.1.1", "2.2.1", "2.2.2"]
    assert (syllabus["timeout"], syllabus["limits"]) == (None, [])
    assert sys.version_info >= (3, 11)
