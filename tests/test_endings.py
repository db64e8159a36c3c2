"""How a file ends: with an error, out of time, by itself, by a signal; what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from confined import NO_LAYERS
from good_answer import GOOD, before_compile, statuses
from processes import survivors
from words import words_of

from grader.catalogue import find
from grader.grading.pipeline import Options, grade
from grader.processes.opening import open_workers
from grader.submission import read_submission
from grader.verdict import Outcome, Verdict

Grade = Callable[..., Verdict]


def test_an_exception_is_an_error_with_the_learners_own_line(grade_source: Grade) -> None:
    source = before_compile("1 / 0")
    verdict = grade_source("2.2.1", source)
    assert verdict.status == Outcome.ERROR
    assert verdict.line is not None
    assert source.splitlines()[verdict.line - 1] == "1 / 0"
    assert "ZeroDivisionError" in verdict.message
    assert "grader/" not in verdict.message


def test_checks_that_can_still_run_do_after_an_exception(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", before_compile("1 / 0"))
    assert statuses(verdict)["layers"] == "passed"
    assert 0 < verdict.points < verdict.max_points


def test_a_name_that_was_not_made_before_the_exception_is_skipped(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", "1 / 0\n")
    assert verdict.status == Outcome.ERROR
    assert set(statuses(verdict).values()) == {"skipped"}
    assert "before `model` was made" in verdict.checks[0].message


def test_an_exception_in_a_library_names_the_learners_line(grade_source: Grade) -> None:
    source = GOOD.replace('"softmax"', '"sofmax"')
    verdict = grade_source("2.2.1", source)
    assert verdict.line is not None
    assert "sofmax" in source.splitlines()[verdict.line - 1]


@pytest.mark.parametrize(
    "code", ["keras.Sequential.fit(1, 2)", "keras.Model.predict(None)", "keras.Model.evaluate('x')"]
)
def test_a_method_called_on_the_class_is_the_files_error(grade_source: Grade, code: str) -> None:
    verdict = grade_source("2.2.1", f"import keras\n{code}\n")
    assert verdict.status == Outcome.ERROR
    assert verdict.line == 2


def test_an_endless_loop_is_a_timeout(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", before_compile("while True: pass"), timeout=2)
    assert verdict.status == Outcome.TIMEOUT
    assert "2 s" in verdict.message


def test_signals_ignored_do_not_save_a_hanging_file(grade_source: Grade) -> None:
    code = (
        "import signal, time\n"
        "for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)\n"
        "time.sleep(1e9)"
    )
    assert grade_source("2.2.1", before_compile(code), timeout=2).status == Outcome.TIMEOUT


def test_the_whole_process_group_is_ended(grade_source: Grade, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        f"    open({str(mark)!r}, 'w').write(str(os.getpid()))\n"
        "    time.sleep(1000)\n"
        "time.sleep(0.5)"
    )
    verdict = grade_source("2.2.1", before_compile(code), confinement=NO_LAYERS)
    assert verdict.status == Outcome.PASSED
    assert not survivors([int(mark.read_text())])


@pytest.mark.parametrize("code", ["import os; os._exit(0)", "import os; os._exit(3)"])
def test_ending_python_is_a_failed_run(grade_source: Grade, code: str) -> None:
    verdict = grade_source("2.2.1", before_compile(code))
    assert verdict.status == Outcome.FAILED
    assert "ended Python itself" in verdict.message
    assert verdict.points == 0


@pytest.mark.parametrize("code", ["import sys; sys.exit()", "raise SystemExit(0)", "exit()"])
def test_leaving_before_the_work_is_done_fails(grade_source: Grade, code: str) -> None:
    verdict = grade_source("2.2.1", before_compile(code))
    assert verdict.status == Outcome.FAILED
    assert "ended itself" in verdict.message
    assert verdict.line is not None


def test_leaving_after_the_work_is_done_passes(grade_source: Grade) -> None:
    assert grade_source("2.2.1", GOOD + "\nimport sys\nsys.exit(0)\n").status == Outcome.PASSED


@pytest.mark.parametrize(
    "call", ["os.abort()", "os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 11)"]
)
def test_a_crash_is_a_failed_run_and_says_the_signal(grade_source: Grade, call: str) -> None:
    verdict = grade_source("2.2.1", before_compile(f"import os; {call}"))
    assert verdict.status == Outcome.FAILED
    assert "signal" in verdict.message
    assert grade_source("2.2.1", GOOD).status == Outcome.PASSED, "the grader goes on"


@pytest.mark.by_turns
def test_a_file_that_kills_the_process_above_it_fails_and_is_ended(tmp_path: Path) -> None:
    """That the next file gets its verdict all the same is seen in test_helper_and_caches."""
    survivor = tmp_path / "pid"
    path = tmp_path / "answer.py"
    path.write_text(
        "import os, signal, time\n"
        f"open({str(survivor)!r}, 'w').write(str(os.getpid()))\n"
        "os.kill(os.getppid(), signal.SIGKILL)\n"
        "while True:\n    time.sleep(0.1)\n"
    )
    with open_workers() as workers:
        options = Options(confinement=NO_LAYERS)
        verdict = grade(read_submission(find("2.2.1"), path), workers, options)
        assert verdict.status == Outcome.FAILED
        assert "signal 9" in words_of(verdict)
        assert not survivors([int(survivor.read_text())])
