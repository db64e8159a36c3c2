"""A class with attackers among it: each gets a verdict, and it is the one that they get alone."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from attacks import ATTACKS as FIRST
from attacks import EXERCISE, LIMITS, RIGHT, SECRET, WRONG, Attack, Facts
from more_attacks import MORE
from processes import below, survivors
from samples import Sample

from grader.evidence.messages import Confinement
from grader.grading import pipeline
from grader.grading.pipeline import Options, grade
from grader.processes.workers import Workers
from grader.submission import read_submission
from grader.verdict import Verdict

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")

ATTACKS = FIRST | MORE
HONEST = {"then right": Attack(""), "then wrong": Attack("", "failed", answer=WRONG)}
SECONDS, GRACE = 10.0, 2.0
NAME = Path(EXERCISE.file).name
ATTACKERS = 24
"""How many are in a sample's class. test_attacks grades all of them, one by one."""
BESIDE = "00 then right"
"""Who has files with the names of modules beside their answer."""
COMMAND = f"""
import sys, msgspec
from grader import cli
from grader.evidence.messages import Limits
from grader.grading import pipeline
from grader.sandbox import trial
rules = trial.instructor_rules
limits = Limits(memory={LIMITS.memory}, processes={LIMITS.processes}, disk={LIMITS.disk})
trial.instructor_rules = lambda *given: msgspec.structs.replace(rules(*given), limits=limits)
pipeline.GRACE_SECONDS = {GRACE}
cli.main()
"""
"""`grade`, with limits that are reached soon."""


def _hand_in(facts: Facts, sample: Sample) -> dict[str, Path]:
    """Write a class's files: attackers, and somebody who is right or wrong after some of them."""
    sources = {}
    # one that hangs takes long enough
    hanging = {name for name in ATTACKS if ATTACKS[name].status == "timeout"} - {
        "hangs, deaf to signals"
    }
    names = sample.pick([name for name in ATTACKS if name not in hanging], ATTACKERS, "attackers")
    for number, name in enumerate(names):
        attack = ATTACKS[name]
        sources[f"{number:02} {name}"] = attack.source(facts)
        if number % 8 == 0:
            # each of its own content, so that each is graded
            sources[f"{number:02} then right"] = f"{RIGHT}\n# {number}\n"
        elif number % 8 == 4:
            sources[f"{number:02} then wrong"] = f"{WRONG}\n# {number}\n"
    found = {student: facts.folder / student / NAME for student in sources}
    for student, source in sources.items():
        found[student].parent.mkdir(parents=True)
        found[student].write_text(source)
    for name in ("conftest.py", "sitecustomize.py", "numpy.py", "keras.py", "json.py"):
        (found[BESIDE].parent / name).write_text("raise SystemExit('hijacked')\n")
    (found[BESIDE].parent / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    return found


def _grade_class(folder: Path, env: dict[str, str]) -> None:
    """Run `grade cohort` to its end; expect that nothing of it runs any more."""
    output = folder / "output"
    options = ["--out", "out", "--jobs", "2", "--timeout", str(SECONDS)]
    seen: set[int] = set()
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", COMMAND, "cohort", "class", *options],
            cwd=folder,
            env=env,
            stdout=stream,
            stderr=stream,
            stdin=subprocess.DEVNULL,
        )
        while process.poll() is None:
            seen |= below(process.pid)
            time.sleep(0.1)
    said = output.read_text()
    assert process.returncode == 0, said  # the files beside an answer are its student's own
    assert not re.findall("(?m)^grade: .*", said)
    problems = (folder / "out" / "problems.csv").read_text("utf-8-sig")
    assert re.findall("(?m)^(.*?),,.*,note,belong to no exercise", problems) == [BESIDE]
    assert len(seen) > ATTACKERS
    assert not survivors(seen)


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _facts(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": found["status"],
        "points": found["points"],
        "message": found["message"],
        "checks": [(check["name"], check["status"], check["message"]) for check in found["checks"]],
    }


def _words(found: dict[str, Any]) -> str:
    checks = [f"{check['got']} {check['message']}" for check in found["checks"]]
    return "\n".join([found["message"], *found["tips"], *checks])


def _alone(path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    monkeypatch.setattr(pipeline, "GRACE_SECONDS", GRACE)
    options = Options(timeout=SECONDS, confinement=Confinement("instructor", limits=LIMITS))
    return grade(read_submission(EXERCISE, path), workers, options)


@pytest.mark.by_turns
def test_attackers_cost_nobody_else_anything(
    tmp_path: Path,
    workers: Workers,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    for folder in (home / ".ssh", temporary):
        folder.mkdir(parents=True)
    (home / ".profile").write_text("kept\n")
    (home / ".ssh" / "id_ed25519").write_text("key\n")
    out = tmp_path / "out"
    out.mkdir()
    (out / "gradebook.db").write_text("of nbgrader\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        facts = Facts(tmp_path / "class", out, home, server.getsockname()[1])
        paths = _hand_in(facts, Sample.of(request.config))
        before = _digests(facts.folder), _digests(home)
        env = {**os.environ, "HOME": str(home), "TMPDIR": str(temporary), "PASSWORD": SECRET}
        _grade_class(tmp_path, env)
    document = json.loads((out / "results.json").read_text("utf-8"))
    found = {one["student"]: one["exercises"][0] for one in document["students"]}
    assert found.keys() == paths.keys()
    for student, verdict in found.items():
        name = student[3:]
        attack = ATTACKS.get(name, HONEST.get(name))
        assert attack is not None
        assert verdict["status"] == attack.status, (student, _words(verdict))
        assert re.search(attack.says, _words(verdict)), (student, _words(verdict))
    for student in Sample.of(request.config).pick(list(paths), 4, "attackers alone"):
        alone = _alone(paths[student], workers, monkeypatch)
        assert _facts(found[student]) == _facts(alone.to_json()), student
    assert (_digests(facts.folder), _digests(home)) == before
    assert (out / "gradebook.db").read_text() == "of nbgrader\n"
    assert not list(temporary.iterdir())
