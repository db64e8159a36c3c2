"""Making a verdict: of what needs no run, of a run that left nothing, of what the checks found."""

from __future__ import annotations

import errno
import re

import msgspec

from grader.catalogue import Exercise
from grader.evidence.messages import Finished, Forbidden, Internal, LearnerJob, Limits
from grader.evidence.values import Endless, Exited, OutOfTime, Raised
from grader.expect.outcome import CheckFailed
from grader.expect.quiz import judge_answer
from grader.grading.giving_up import given_up
from grader.handouts import names_of
from grader.names import Names
from grader.places import FileName, ForFiles, Lines, OnLine, Said, YourFile, said
from grader.processes.jobs import Checked, DamagedRun
from grader.processes.workers import GraderFault, Run
from grader.sandbox.limits import as_size
from grader.stubs import BLANK
from grader.submission import Script, Unreadable
from grader.tips.advice import advice, static_advice
from grader.verdict import CheckResult, CheckStatus, Outcome, Tip, Verdict, skipped_checks

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""Keras colours some of its messages, as if they were only ever seen on a terminal."""

_SHOWN_BLANKS = 10


def not_looked_at(exercise: Exercise, why: str) -> tuple[CheckResult, ...]:
    """Return all checks of an exercise as skipped, for one reason."""
    return skipped_checks(exercise.statements, exercise.check_points, f"Not looked at: {why}.")


def _without_checks(
    exercise: Exercise,
    status: Outcome,
    message: Said,
    why: str,
    *,
    line: int | None = None,
    tips: tuple[Tip, ...] = (),
) -> Verdict:
    return Verdict(
        exercise.id,
        exercise.title,
        status,
        not_looked_at(exercise, why),
        message,
        tips,
        line,
    )


def of_fault(exercise: Exercise, message: str) -> Verdict:
    """Return the verdict that says that the grader failed, and blames nobody."""
    return _without_checks(exercise, Outcome.GRADER_ERROR, message, "the grader failed")


def of_unreadable(exercise: Exercise, error: Unreadable) -> Verdict:
    """Return the verdict on what is no Python."""
    why = "the file cannot be read"
    return _without_checks(exercise, Outcome.ERROR, error.message, why, line=error.line)


def before_running(exercise: Exercise, script: Script) -> Verdict | None:
    """Answer what needs no run: empty files, blanks left, plain answers to quizzes."""
    blanks = script.blanks()
    why: Said = ""
    if script.is_empty():
        back = ForFiles(f" `grade reset {exercise.id}` brings the stub back.")
        why = said(FileName(), " is empty.", back)
    elif blanks and not steps_filled_in(exercise, blanks):
        why = said(*_blanks_left(blanks), " Put your answer there.")
    if why:
        return _without_checks(
            exercise,
            Outcome.NOT_ATTEMPTED,
            why,
            "there is nothing to grade yet",
            line=blanks[0] if blanks else None,
        )
    answer = script.literal("answer")
    if not exercise.options or answer is None:  # a learners' bundle has no options
        return None
    return _of_quiz(exercise, exercise.options, answer, script.line_of("answer"))


def _blanks_left(blanks: list[int]) -> tuple[str, Lines, str]:
    there = "There is a blank" if len(blanks) == 1 else "There are blanks"
    return f"{there} ({BLANK}) left in ", Lines(tuple(blanks[:_SHOWN_BLANKS])), "."


def steps_filled_in(exercise: Exercise, blanks: list[int]) -> int:
    """Return how many of the stub's steps have an answer, where these lines have none."""
    return max(0, exercise.steps - len(blanks))


def unfinished(exercise: Exercise, verdict: Verdict, blanks: list[int]) -> Verdict:
    """Return the verdict on the part of a file that stands above its first blank."""
    if verdict.status not in {Outcome.PASSED, Outcome.FAILED}:
        return verdict  # it did not even come that far
    filled, steps = steps_filled_in(exercise, blanks), exercise.steps
    message = said(
        f"{filled} of {steps} steps {'is' if filled == 1 else 'are'} filled in. ",
        *_blanks_left(blanks),
        " What stands above the first one was graded.",
        *(("\n", verdict.message) if verdict.message else ()),
    )
    return msgspec.structs.replace(
        verdict, status=Outcome.UNFINISHED, message=message, line=blanks[0]
    )


def _of_quiz(
    exercise: Exercise, options: dict[int, str], answer: object, line: int | None
) -> Verdict:
    result = CheckResult(
        "answer",
        CheckStatus.PASSED,
        exercise.statements["answer"],
        message=options[exercise.facts.right_option],
        max_points=exercise.points,
    )
    status = Outcome.PASSED
    try:
        judge_answer(answer, repr(answer), options, exercise.facts.right_option, line)
    except CheckFailed as failure:
        status = Outcome.FAILED
        result = CheckResult(
            "answer",
            CheckStatus.FAILED,
            exercise.statements["answer"],
            expected=failure.expected,
            got=failure.got,
            message=failure.message,
            line=failure.line,
            max_points=exercise.points,
        )
    return Verdict(exercise.id, exercise.title, status, (result,))


def after_running(exercise: Exercise, script: Script, run: Run, job: LearnerJob) -> Verdict | None:
    """Return the verdict of a run that left no evidence: out of time, ended, crashed.

    Raises:
        GraderFault: the process failed in code of ours before the file began to run.
    """
    tips = static_advice(script)
    if run.timed_out:
        return _without_checks(
            exercise,
            Outcome.TIMEOUT,
            out_of_time(job.seconds, OutOfTime(None, training=False), script),
            "the time was over",
            tips=tips,
        )
    if ended := _of_conduct(exercise, run):
        return ended
    if run.exit_code == 0 and any(isinstance(reply, Finished) for reply in run.replies):
        return None
    if run.exit_code < 0:
        how = said(
            f"Python was ended by signal {-run.exit_code} while running ",
            YourFile(),
            ". It may have crashed, or have needed more memory than it gets: at most "
            f"{as_size(job.confinement.limits.memory)}.",
            _allows_more("memory"),
        )
    else:
        how = said(
            YourFile(begins=True),
            f" ended Python itself (exit code {run.exit_code}), for example with os._exit, so "
            "nothing could be looked at.",
            ForFiles(" Let the file run to its end."),
        )
    why = "the run did not get to its end"
    return _without_checks(exercise, Outcome.FAILED, how, why, tips=tips)


def _of_conduct(exercise: Exercise, run: Run) -> Verdict | None:
    """Return the verdict of a run that went over a limit or after what it may not have.

    Raises:
        GraderFault: the process failed in code of ours before the file began to run.
    """
    why = "the run did not get to its end"
    if run.exceeded:
        how = said(
            YourFile(begins=True),
            f" {run.exceeded.words}, and was stopped.",
            _allows_more(run.exceeded.limit) if run.exceeded.limit else "",
        )
        return _without_checks(exercise, Outcome.FAILED, how, why)
    for reply in run.replies:
        if isinstance(reply, Forbidden):
            opened = f" opened {plain_line(reply.what)}, which answers or checks exercises. "
            how = said(YourFile(begins=True), opened, "Such a run is not graded.")
            return _without_checks(exercise, Outcome.FAILED, how, "the run is not graded")
        if isinstance(reply, Internal):
            if not run.began:
                raise GraderFault(f"Recording your run failed: {reply.last_line}")
            how = said(
                YourFile(begins=True),
                " has changed Python itself, or has made an object that cannot be looked at, so "
                f"what it did could not be recorded.\n{plain_line(reply.last_line)}",
            )
            return _without_checks(exercise, Outcome.FAILED, how, why)
    return None


def _allows_more(limit: str) -> ForFiles:
    return ForFiles(f" `--limit {limit}=…` allows more.")


def _limit_met(ended: Raised, limits: Limits) -> Said:
    """Return the limit that an error may come of; the system does not name it."""
    if ended.type in {"MemoryError", "_ArrayMemoryError", "ResourceExhaustedError"}:
        gets, limit = f"at most {as_size(limits.memory)} of memory", "memory"
    elif ended.type == "OSError" and f"[Errno {errno.EFBIG}]" in ended.message:
        gets, limit = f"at most {as_size(limits.disk)} of disk", "disk"
    elif ended.type == "BlockingIOError" and f"[Errno {errno.EAGAIN}]" in ended.message:
        gets, limit = f"at most {limits.processes:,} processes", "processes"
    else:
        return ""
    return said(f"\nA run gets {gets}.", _allows_more(limit))


def plain_line(text: str) -> str:
    """Return the beginning of what a learner's process said, as one line that can be shown."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:300])


def of_checks(
    exercise: Exercise, script: Script, job: LearnerJob, run: Run, report: Run
) -> Verdict:
    """Return the verdict that the checks' report makes.

    Raises:
        GraderFault: checks failed in code of ours, or did not run.
    """
    for reply in report.replies:
        if isinstance(reply, DamagedRun):
            message = said(f"What your run left behind cannot be read: {reply.why}.")
            why = "the evidence is damaged"
            return _without_checks(
                exercise, Outcome.FAILED, message, why, tips=static_advice(script)
            )
        if isinstance(reply, Checked):
            return _of_report(exercise, script, job, run, reply, report.last_words)
    raise GraderFault(
        f"Checking {exercise.id} failed: {report.last_words or f'code {report.exit_code}'}"
    )


def _of_report(
    exercise: Exercise,
    script: Script,
    job: LearnerJob,
    run: Run,
    report: Checked,
    last_words: str,
) -> Verdict:
    if report.faults:
        raise GraderFault(f"Checking {exercise.id} failed: {report.faults[0]}")
    results = {result.name: result for result in report.results}
    for name in exercise.check_points:
        if name not in results:
            raise GraderFault(f"The check {name} of {exercise.id} did not run. {last_words}")
    ended = report.ended
    if isinstance(ended, Raised) and ended.type == "BadData":
        _refuse_bad_data()
    checks = tuple(results[name] for name in exercise.check_points)
    passed = all(check.status is CheckStatus.PASSED for check in checks if check.counts)
    status, line, message = Outcome.PASSED if passed else Outcome.FAILED, None, said("")
    if isinstance(ended, Raised):
        status, line, message = Outcome.ERROR, ended.line, error_message(ended, script)
        message = said(message, _limit_met(ended, job.confinement.limits))
    elif isinstance(ended, OutOfTime):
        status, line = Outcome.TIMEOUT, ended.line
        message = out_of_time(job.seconds, ended, script)
    elif isinstance(ended, Endless):
        status, line, message = Outcome.ERROR, ended.line, given_up(ended, script)
    elif isinstance(ended, Exited) and not passed:
        line = ended.line
        message = said(YourFile(begins=True), " ended itself with exit() before its work was done.")
    names = names_of(exercise) if isinstance(ended, Raised) else Names()
    tips = advice(script, ended, report.tips, names)
    most = job.confinement.limits.output
    if run.output_bytes > most:
        printed = f" printed {as_size(run.output_bytes)}; only the first {as_size(most)} was kept."
        tips = (*tips, Tip(said(YourFile(begins=True), printed, _allows_more("output"))))
    return Verdict(exercise.id, exercise.title, status, checks, message, tips, line)


def _refuse_bad_data() -> None:
    """Raise GraderFault if a file in the user's data folder is bad: then no answer is at fault."""
    from grader.data import bad_data  # it imports NumPy and more

    if why := bad_data():
        raise GraderFault(why)


def out_of_time(seconds: float, ended: OutOfTime, script: Script) -> Said:
    """Return what is said of a file that was stopped: where, and what to look for."""
    where: tuple[str | OnLine, ...] = (".",)
    code = script.text_of_line(ended.line)
    if ended.line is not None and code is not None:
        where = (" ", OnLine(ended.line), f":\n    {code[:200]}\n")
    if ended.training:
        doing = "It was in a training. Look at what ends it: its epochs, or a callback."
    else:
        doing = "Look for a loop that never ends, or for work that takes very long."
    return said(
        f"Your code was still running after {seconds:.0f} s and was stopped",
        *where,
        "" if code is not None else " ",
        doing,
        ForFiles(" `--timeout` allows more."),
    )


def error_message(ended: Raised, script: Script) -> Said:
    """Return an exception in the learner's terms: where, what, and the line itself."""
    message = _COLOURS.sub("", ended.message).strip()
    words = message.splitlines()
    if "Traceback (most recent call last):" in words:  # scikit-learn quotes whole ones
        words = [words[0], words[-1]]
    shown = "\n".join(words[:8])[:800]
    text = f"{ended.type}: {shown}" if shown else ended.type
    if ended.type == "EOFError":
        text += "\nThe grader types nothing in: input() has nothing to read."
    code = script.text_of_line(ended.line)
    if ended.line is None or code is None:
        return said(YourFile(begins=True), f" stopped with an error.\n{text}")
    return said(
        YourFile(begins=True), " stopped ", OnLine(ended.line), f":\n    {code[:200]}\n{text}"
    )
