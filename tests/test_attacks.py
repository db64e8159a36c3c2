"""What submissions try, one by one: each gets its verdict, and the next ones get theirs."""

from __future__ import annotations

import re
import socket
import sys
import time
from pathlib import Path

import pytest
from attacks import ATTACKS, LIMITS, RIGHT, Attack, Facts
from confined import INSTRUCTOR, grade_text
from more_attacks import FAMILIES
from words import words_of

from grader.evidence.messages import Confinement, Limits
from grader.grading import pipeline
from grader.processes.workers import Workers
from grader.verdict import Outcome, Verdict

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's"),
    pytest.mark.usefixtures("nothing_stays"),
]


@pytest.mark.usefixtures("goes_on")
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_its_verdict_and_costs_nobody_else_theirs(
    workers: Workers, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "GRACE_SECONDS", 1.0)
    verdict = _grade(workers, ATTACKS[name], tmp_path)
    assert verdict.status == ATTACKS[name].status, words_of(verdict)
    assert re.search(ATTACKS[name].says, words_of(verdict)), words_of(verdict)


def _grade(workers: Workers, attack: Attack, tmp_path: Path) -> Verdict:
    """Grade an attack; expect that it changes nothing of others."""
    kept = {}
    for part in ("folder/student", "results/verdicts", "home"):
        path = tmp_path / part / "file.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("kept")
        kept[path] = "kept"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        facts = Facts(tmp_path / "folder", tmp_path / "results", tmp_path / "home", port)
        confinement = Confinement("instructor", limits=LIMITS)
        timeout = 2 if attack.status == "timeout" else 60
        verdict = grade_text(workers, attack.source(facts), confinement, timeout)
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == kept
    return verdict


@pytest.mark.usefixtures("goes_on")
@pytest.mark.parametrize("family", FAMILIES)
def test_attacks_of_a_family_one_after_the_other(
    workers: Workers, family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "GRACE_SECONDS", 1.0)
    unexpected = {}
    for name, attack in FAMILIES[family].items():
        verdict = _grade(workers, attack, tmp_path)
        words = words_of(verdict)
        if verdict.status != attack.status or not re.search(attack.says, words, re.DOTALL):
            unexpected[name] = f"{verdict.status}: {words}"
    assert not unexpected


def test_a_right_answer_that_cannot_be_recorded_is_told_what_it_did(workers: Workers) -> None:
    verdict = grade_text(workers, f"{RIGHT}\n{ATTACKS['no record'].code}", INSTRUCTOR)
    assert verdict.status == Outcome.FAILED
    assert "has changed Python itself" in words_of(verdict)


def test_more_processes_than_allowed_are_ended_also_where_they_sleep(
    workers: Workers,
) -> None:
    code = "import os, time\nfor _ in range(8):\n    os.fork() or time.sleep(30)\n"
    confinement = Confinement("instructor", limits=Limits(processes=5))
    verdict = grade_text(workers, code + "time.sleep(30)\n", confinement)
    assert verdict.status == Outcome.FAILED
    assert "more than 5 processes" in words_of(verdict)


def test_ended_runs_are_ended_quickly(workers: Workers) -> None:
    workers.preload([])  # it is there when the clock starts
    started = time.monotonic()
    verdict = grade_text(workers, "while True: pass\n", INSTRUCTOR, timeout=1)
    assert verdict.status == Outcome.TIMEOUT
    assert time.monotonic() - started < 20
