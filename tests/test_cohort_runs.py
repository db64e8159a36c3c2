"""Classes graded for real: the same marks as `grade`, whatever happens on the way."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from commands import GRADE, solution
from commands import grade as run_grade
from corpus import answer_source, load_answers
from processes import below, survivors

from grader.catalogue import find
from grader.grading.pipeline import Options, grade
from grader.marking.records import StoredVerdict
from grader.processes.workers import Workers
from grader.submission import read_submission
from grader.teaching.notebooks import build_notebook

TIMEOUT = 15.0
HOSTILE = {
    "exits": "import os\nos._exit(0)\n",
    "kills": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos._exit(1)\n",
    "crashes": "import ctypes\nctypes.string_at(0)\n",
    "patches": "import json, numpy, keras\njson.dumps = numpy.load = keras.Model.save = None\n",
    "talks": "print('x' * 5_000_000)\n",
    "leaves": "raise SystemExit\n",
}


def _file(root: Path, student: str, exercise: str, source: str | bytes) -> Path:
    path = root / student / Path(find(exercise).file).name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    return path


def _files_of_a_class(root: Path) -> dict[tuple[str, str], Path]:
    """Write a class's work on lesson 2.2: right, wrong, crashing, hanging, hostile."""
    sources: list[tuple[str, str, str | bytes]] = []
    for exercise, right, wrong in (("2.2.1", 1, 2), ("2.2.2", 1, 1), ("2.2.4", 0, 1)):
        answers: Any = load_answers(exercise)
        for answer in [*answers.RIGHT[:right], *answers.WRONG[:wrong]]:
            sources.append(
                (exercise, answer.name, answer_source(solution(exercise), answer.change))
            )
    sources += [
        ("2.2.3", "reference", solution("2.2.3")),
        ("2.2.1", "raises", "1 / 0\n" + solution("2.2.1")),
        ("2.2.1", "hangs", "import time\ntime.sleep(600)\n"),
        ("2.2.1", "untouched", find("2.2.1").stub.read_bytes()),
        ("2.2.1", "no python", "model = = 3\n"),
        ("2.2.1", "binary", b"\x89PNG\0\xff\xfe"),
        (
            "2.2.1",
            "imports",
            f"import own_module\n{solution('2.2.1')}assert own_module.read() == '1'\n",
        ),
        *(("2.2.1", name, source + solution("2.2.1")) for name, source in HOSTILE.items()),
    ]
    assert len(sources) == 19
    found = {
        (f"{number:02} {name}", exercise): _file(root, f"{number:02} {name}", exercise, source)
        for number, (exercise, name, source) in enumerate(sources)
    }
    beside = next(path.parent for (name, _), path in found.items() if name.endswith("imports"))
    (beside / "own_module.py").write_text("def read():\n    return open('own.csv').read()\n")
    (beside / "own.csv").write_text("1")
    return found


def _notebook_with(old: str, new: str) -> str:
    """Return the notebook of 2.2.1 as somebody fills it in, with one text replaced."""
    import nbformat

    notebook = build_notebook(find("2.2.1"))
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    return str(nbformat.writes(notebook))


def _facts(found: dict[str, Any]) -> dict[str, Any]:
    """Return what is the same for a class and for a learner, who is told of options as well."""
    return {
        "status": found["status"],
        "points": found["points"],
        "message": re.sub(r" `--[^`]+` allows more\.", "", found["message"]),
        "checks": [(check["name"], check["status"], check["message"]) for check in found["checks"]],
    }


@pytest.mark.by_turns
def test_a_class_gets_the_marks_that_grade_gives(tmp_path: Path, workers: Workers) -> None:
    paths = _files_of_a_class(tmp_path / "class")
    notebook = _file(tmp_path / "class", "notebook", "2.2.1", "").with_suffix(".ipynb")
    notebook.with_suffix(".py").rename(notebook)
    notebook.write_text(_notebook_with('"softmax"', '"sigmoid"'))
    done = run_grade("cohort", "class", "--out", "out", "--timeout", str(TIMEOUT), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 submissions: 20 graded now" in done.stdout
    document = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    found = {
        (student["student"], exercise["id"]): exercise
        for student in document["students"]
        for exercise in student["exercises"]
    }
    in_notebook = found.pop(("notebook", "2.2.1"))
    assert found.keys() == paths.keys()
    for (student, exercise), path in paths.items():
        if student.endswith("hangs"):
            assert found[student, exercise]["status"] == "timeout"
            continue
        submission = read_submission(find(exercise), path)
        verdict = grade(submission, workers, Options(timeout=TIMEOUT))
        assert _facts(found[student, exercise]) == _facts(verdict.to_json()), (
            student,
            verdict.message,
        )
    with (tmp_path / "out" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    for (student, exercise), verdict_found in found.items():
        assert rows[student][exercise] == str(verdict_found["points"])
    assert in_notebook["points"] == 7
    page = (tmp_path / "out" / "report" / "students" / "notebook.html").read_text("utf-8")
    assert "layer 4: sigmoid" in page
    assert "cell 3, line" in page
    statuses = {one["status"] for one in found.values()}
    assert statuses == {"passed", "failed", "error", "timeout", "not_attempted"}


def _start(tmp_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*GRADE, "cohort", "class", "--out", "out", "--jobs", "1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Whoever runs the tests in the background has the signal ignored, and so would we.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.by_turns
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")
def test_a_run_that_was_ended_goes_on_where_it_was(tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(6)]
    for name in names:
        _file(
            tmp_path / "class",
            name,
            "2.2.1",
            f"import time; time.sleep(0.7)\n{solution('2.2.1')}# {name}\n",
        )
    verdicts = tmp_path / "out" / "verdicts"
    seen: dict[Path, int] = {}
    for kill in (signal.SIGINT, signal.SIGKILL):
        process = _start(tmp_path)
        deadline = time.monotonic() + 120
        while (
            len(list(verdicts.glob("*/2.2.1.verdict"))) < len(seen) + 1
            and time.monotonic() < deadline
        ):
            time.sleep(0.02)
        descendants = below(process.pid)
        assert descendants
        process.send_signal(kill)
        output, errors = process.communicate(timeout=30)
        assert process.returncode == (130 if kill == signal.SIGINT else -signal.SIGKILL)
        if kill == signal.SIGINT:
            assert b"the same command goes on from there" in errors
        assert not survivors(descendants)
        now = {path: path.stat().st_mtime_ns for path in verdicts.glob("*/*.verdict")}
        for path in now:
            # nothing is half-written
            msgspec.msgpack.decode(path.read_bytes(), type=StoredVerdict)
        assert now.items() >= seen.items(), "graded twice"
        assert not (tmp_path / "out" / "gradebook.csv").exists()
        assert len(now) < len(names), output
        seen = now
    done = run_grade("cohort", "class", "--out", "out", "--jobs", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{6 - len(seen)} graded now, {len(seen)} known from before" in done.stdout
    now = {path: path.stat().st_mtime_ns for path in verdicts.glob("*/*.verdict")}
    assert now.items() >= seen.items(), "graded twice"
    assert len(now) == 6
    done = run_grade("cohort", "class", "--out", "out", cwd=tmp_path)
    assert "0 graded now, 6 known from before" in done.stdout
    assert not (tmp_path / "out" / ".work").exists()
