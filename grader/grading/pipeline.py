"""From a learner's file to a verdict: read, run, check."""

from __future__ import annotations

import ast
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.bare import bound_names, injection
from grader.catalogue import Exercise
from grader.expect.outcome import CheckFailed
from grader.processes.wire import Message
from grader.processes.workers import GraderFault, Run, Workers
from grader.quiz import judge_answer
from grader.stubs import BLANK, given_part
from grader.submission import Submission, Unreadable, read
from grader.tips import idioms, mistakes
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict, skipped_checks

CHECK_SECONDS = 120.0
_PRELOAD_WORDS = {
    "pandas": ("pandas", "pd."),
    "seaborn": ("seaborn", "sns."),
    "matplotlib.pyplot": ("matplotlib", "plt.", "plot_", "seaborn"),
    "sklearn": ("sklearn",),
    "scikeras.wrappers": ("scikeras",),
}
"""Modules that are imported before processes are forked, where a file has one of the words."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""Keras colours some of its messages, as if they were only ever seen on a terminal."""

OnProgress = Callable[[Message], None]


@dataclass(frozen=True)
class Options:
    """What a caller may choose for a grade."""

    seed: int = 0
    timeout: float | None = None
    """Seconds for the learner's code; None takes the exercise's own limit."""

    threads: int | None = None
    """Threads that TensorFlow may use; None leaves that to TensorFlow."""

    fast_fit: bool = True
    """Whether training may run in compiled loops; see `grader.learner.fast_fit`."""


def grade(
    exercise: Exercise,
    path: Path,
    workers: Workers,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
) -> Verdict:
    """Grade one file. Faults of the grader come back as a verdict too.

    Raises:
        NotAFile: there is nothing at PATH that could be graded.
    """
    started = time.monotonic()
    try:
        verdict = _grade(exercise, path, workers, options or Options(), on_progress)
    except GraderFault as fault:
        verdict = _verdict(exercise, Outcome.GRADER_ERROR, f"The grader failed, not you. {fault}")
        verdict.checks = _skipped(exercise, "the grader failed")
    verdict.seconds = time.monotonic() - started
    verdict.file = str(path)
    return verdict


def _verdict(exercise: Exercise, status: Outcome, message: str, line: int | None = None) -> Verdict:
    return Verdict(exercise.id, exercise.title, status, exercise.points, message, line=line)


def _skipped(exercise: Exercise, why: str) -> list[CheckResult]:
    return skipped_checks(exercise.statements, exercise.check_points, f"Not looked at: {why}.")


def _grade(
    exercise: Exercise,
    path: Path,
    workers: Workers,
    options: Options,
    on_progress: OnProgress | None,
) -> Verdict:
    try:
        submission = read(path)
    except Unreadable as error:
        verdict = _verdict(exercise, Outcome.ERROR, str(error), error.line)
        verdict.checks = _skipped(exercise, "the file cannot be read")
        return verdict
    early = _before_running(exercise, submission)
    if early is not None:
        return early
    return _run_and_check(exercise, submission, workers, options, on_progress)


def _before_running(exercise: Exercise, submission: Submission) -> Verdict | None:
    """Answer what needs no run: empty files, blanks left, plain answers to quizzes."""
    why = ""
    blanks = submission.blanks()
    if submission.is_empty():
        why = f"{submission.name} is empty. `grade reset {exercise.id}` brings the stub back."
    elif blanks:
        lines = ", ".join(str(line) for line in blanks[:10])
        one = len(blanks) == 1
        why = (
            f"There {'is a blank' if one else 'are blanks'} ({BLANK}) left "
            f"in line{'' if one else 's'} {lines}. Put your answer there."
        )
    if why:
        verdict = _verdict(exercise, Outcome.NOT_ATTEMPTED, why, blanks[0] if blanks else None)
        verdict.checks = _skipped(exercise, "there is nothing to grade yet")
        return verdict
    answer = submission.literal("answer")
    if exercise.options is None or answer is None:
        return None
    result = CheckResult(
        "answer",
        CheckStatus.PASSED,
        exercise.statements["answer"],
        message=exercise.options[exercise.right_option],
        points=exercise.points,
        max_points=exercise.points,
    )
    try:
        line = submission.line_of("answer")
        judge_answer(answer, repr(answer), exercise.options, exercise.right_option, line)
    except CheckFailed as failure:
        result.status, result.points = CheckStatus.FAILED, 0
        result.expected, result.got = failure.expected, failure.got
        result.message, result.line = failure.message, failure.line
    passed = result.status is CheckStatus.PASSED
    verdict = _verdict(exercise, Outcome.PASSED if passed else Outcome.FAILED, "")
    verdict.checks = [result]
    return verdict


def _run_and_check(
    exercise: Exercise,
    submission: Submission,
    workers: Workers,
    options: Options,
    on_progress: OnProgress | None,
) -> Verdict:
    stub = exercise.stub.read_text("utf-8")
    given, names = injection(submission.tree, stub)
    workers.preload(_modules_to_share(exercise, stub, submission.source))
    timeout = options.timeout or exercise.timeout
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as folder:
        for name in ("evidence", "scratch", "checks"):
            Path(folder, name).mkdir(mode=0o700)
        job: Message = {
            "kind": "learner",
            "source": submission.source,
            "file": str(submission.path.absolute()),
            "evidence": str(Path(folder, "evidence")),
            "scratch": str(Path(folder, "scratch")),
            "seed": options.seed,
            "fast_fit": options.fast_fit,
            "threads": options.threads,
            "given": given,
            "given_file": str(exercise.stub),
            "names": names,
            "watch": list(exercise.watch),
            "withheld": list(exercise.withheld),
            "install": list(exercise.install),
            "probes": _probes_of(exercise, workers),
        }
        run = workers.run(job, timeout, on_progress)
        shutil.rmtree(Path(folder, "scratch"), ignore_errors=True)
        tips = idioms.static_tips(submission.tree)
        early = _after_running(exercise, run, timeout)
        if early is not None:
            early.tips += tips
            return early
        if on_progress:
            on_progress({"progress": "check"})
        report = workers.run(
            {
                "kind": "check",
                "evidence": str(Path(folder, "evidence")),
                "folder": str(Path(folder, "checks")),
                "checks": str(exercise.checks),
                "probes": job["probes"],
                "lines": submission.lines,
                "file": submission.name,
            },
            CHECK_SECONDS,
        )
    return _judge(exercise, submission, run, report, tips)


def _modules_to_share(exercise: Exercise, stub: str, source: str) -> list[str]:
    """Return what both processes of a grade will import; it is imported once, before they are."""
    words = stub + source
    found = [
        module for module, signs in _PRELOAD_WORDS.items() if any(sign in words for sign in signs)
    ]
    for text in (stub, exercise.checks.read_text("utf-8")):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == "grader.datasets":
                found += [f"grader.datasets.{name.name}" for name in node.names]
    return found


def _probes_of(exercise: Exercise, workers: Workers) -> list[Message]:
    """Return the calls to try on the learner's functions, picked anew for each run."""
    if not exercise.has_probes:
        return []
    report = workers.run({"kind": "probes", "checks": str(exercise.checks)}, CHECK_SECONDS)
    for message in report.messages:
        if "probes" in message:
            probes: list[Message] = message["probes"]
            return probes
    raise GraderFault(f"The checks of {exercise.id} cannot be loaded. {_last_words(report)}")


def _last_words(run: Run) -> str:
    internal = [str(message["internal"]) for message in run.messages if "internal" in message]
    return (internal or [run.output])[0].strip().rpartition("\n")[2]


def _after_running(exercise: Exercise, run: Run, timeout: float) -> Verdict | None:
    """Return the verdict of a run that left no evidence: out of time, ended, crashed."""
    internal = [str(message["internal"]) for message in run.messages if "internal" in message]
    if run.timed_out:
        verdict = _verdict(
            exercise,
            Outcome.TIMEOUT,
            f"Your code was still running after {timeout:.0f} s and was stopped. Look for a loop "
            "that never ends, or for far more epochs than asked. `--timeout` allows more.",
        )
        verdict.checks = _skipped(exercise, "the time was over")
        return verdict
    if internal:
        last = internal[0].strip().splitlines()[-1]
        raise GraderFault(f"Recording your run failed: {last}")
    if run.exit_code == 0 and any("finished" in message for message in run.messages):
        return None
    if run.exit_code < 0:
        how = (
            f"Python was ended by signal {-run.exit_code} while running your file. "
            "It may have crashed, or have needed more memory than there is."
        )
    else:
        how = (
            f"Your file ended Python itself (exit code {run.exit_code}), for example with "
            "os._exit, so nothing could be looked at. Let the file run to its end."
        )
    verdict = _verdict(exercise, Outcome.FAILED, how)
    verdict.checks = _skipped(exercise, "the run did not get to its end")
    return verdict


def _judge(
    exercise: Exercise, submission: Submission, run: Run, report: Run, tips: list[str]
) -> Verdict:
    final = next((message for message in report.messages if "results" in message), None)
    damaged = next((message for message in report.messages if "damaged" in message), None)
    if damaged is not None:
        verdict = _verdict(
            exercise,
            Outcome.FAILED,
            f"What your run left behind cannot be read: {damaged['damaged']}.",
        )
        verdict.checks = _skipped(exercise, "the evidence is damaged")
        return verdict
    if final is None:
        internal = [
            m["internal"].strip().splitlines()[-1] for m in report.messages if "internal" in m
        ]
        how = internal[0] if internal else f"the checks ended with code {report.exit_code}"
        raise GraderFault(f"Checking {exercise.id} failed: {how}")
    if final["faults"]:
        raise GraderFault(f"Checking {exercise.id} failed: {final['faults'][0]}")
    checks = []
    for name, points in exercise.check_points.items():
        found = final["results"].get(name)
        if found is None:
            words = " / ".join(report.output.strip().splitlines()[-3:])
            raise GraderFault(f"The check {name} of {exercise.id} did not run. {words}")
        result = CheckResult(name, statement=exercise.statements[name], max_points=points, **found)
        result.status = CheckStatus(result.status)
        result.points = points if result.status is CheckStatus.PASSED else 0
        checks.append(result)
    verdict = _verdict(exercise, Outcome.PASSED, "")
    verdict.checks = checks
    verdict.max_points = sum(check.max_points for check in checks if check.counts)
    # a check may know of what the syntax tree has told already, with its line
    verdict.tips = tips + [text for text in final["tips"] if not any(text in tip for tip in tips)]
    all_passed = all(check.status is CheckStatus.PASSED for check in checks if check.counts)
    ended = final["ended"]
    if ended.get("type") == "BadData":  # a file in the user's data folder, not in the answer
        raise GraderFault(str(ended.get("message")))
    if ended.get("how") == "exception":
        verdict.status = Outcome.ERROR
        verdict.line = ended.get("line")
        verdict.message = error_message(ended, submission)
        verdict.tips = idioms.runtime_tips(ended, submission, verdict.tips)
        given = bound_names(given_part(exercise.stub.read_text("utf-8")))
        meant = mistakes.runtime_tips(ended, submission, given)
        verdict.tips += [tip for tip in meant if tip not in verdict.tips]
    elif not all_passed:
        verdict.status = Outcome.FAILED
        if ended.get("how") == "exit":
            verdict.line = ended.get("line")
            verdict.message = "Your file ended itself with exit() before its work was done."
    if run.output_bytes > 1_000_000:
        verdict.tips.append(
            f"Your file printed {run.output_bytes / 1e6:.0f} MB; only the first was kept.",
        )
    return verdict


def error_message(ended: Message, submission: Submission) -> str:
    """Return an exception in the learner's terms: where, what, and the line itself."""
    message = _COLOURS.sub("", str(ended.get("message") or "")).strip()
    words = message.splitlines()
    if "Traceback (most recent call last):" in words:  # scikit-learn quotes whole ones
        words = [words[0], words[-1]]
    shown = "\n".join(words[:8])[:800]
    text = f"{ended.get('type')}: {shown}" if shown else str(ended.get("type"))
    if ended.get("type") == "EOFError":
        text += "\nThe grader types nothing in: input() has nothing to read."
    line = ended.get("line")
    lines = submission.source.splitlines()
    if isinstance(line, int) and 0 < line <= len(lines):
        return f"Your file stopped on line {line}:\n    {lines[line - 1].strip()[:200]}\n{text}"
    return f"Your file stopped with an error.\n{text}"
