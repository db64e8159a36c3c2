"""Making a verdict: of what needs no run, of a run that left nothing, of what the checks found."""

from __future__ import annotations

import msgspec

from grader.catalogue import Exercise
from grader.evidence.messages import LearnerJob
from grader.evidence.record import Endless, Exited, Raised
from grader.expect.outcome import CheckFailed
from grader.expect.quiz import judge_answer
from grader.grading.endings import (
    Ending,
    ended_on,
    of_damage,
    of_long_look,
    of_record,
    printed_too_much,
    without_evidence,
)
from grader.handouts import names_of
from grader.names import Names
from grader.places import FileName, ForFiles, Lines, OnLine, Said, YourFile, said
from grader.processes.jobs import Checked, DamagedRun
from grader.processes.workers import GraderFault, Run
from grader.source_file import Script, Unreadable
from grader.stubs import BLANK
from grader.tips.advice import advice, static_advice
from grader.tips.supplied_names import supplied_names
from grader.verdict import CheckResult, CheckStatus, Fact, Outcome, Tip, Verdict, skipped_checks

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
        " What stands above is not enough to be graded yet."
        if all(check.status is CheckStatus.SKIPPED for check in verdict.checks)
        else " What stands above it was graded as far as it goes."
        if len(blanks) == 1
        else " What stands above the first one was graded as far as it goes.",
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
    ending = without_evidence(run, job, script)
    return ending and _of_ending(exercise, ending, script)


def _of_ending(exercise: Exercise, ending: Ending, script: Script) -> Verdict:
    tips = static_advice(script) if ending.tell_more else ()
    return _without_checks(exercise, ending.outcome, ending.message, ending.why, tips=tips)


def of_checks(
    exercise: Exercise, script: Script, job: LearnerJob, run: Run, report: Run
) -> Verdict:
    """Return the verdict that the checks' report makes.

    Raises:
        GraderFault: checks failed in code of ours, or did not run.
    """
    for reply in report.replies:
        if isinstance(reply, DamagedRun):
            return _of_ending(exercise, of_damage(reply), script)
        if isinstance(reply, Checked):
            return _of_report(exercise, script, job, run, reply, report.last_words)
    if ending := of_long_look(report):
        return _of_ending(exercise, ending, script)
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
    if ending := of_record(ended, script, job):
        status, line, message = ending.outcome, ended_on(ended), ending.message
    elif isinstance(ended, Exited) and not passed:
        line = ended.line
        message = said(YourFile(begins=True), " ended itself with exit() before its work was done.")
    names = names_of(exercise) if isinstance(ended, Raised) else Names()
    tips = advice(script, ended, report.tips, names)
    if isinstance(ended, Raised) and tips:
        checks = tuple(_by_its_tip(check, tips[0]) for check in checks)
    if status is Outcome.FAILED:
        tips = tuple(tip for tip in tips if not any(_is_same(tip, check) for check in checks))
    else:  # what stopped a file comes first, with the tips on it
        endless = isinstance(ended, Endless)
        tips = tuple(tip for tip in tips if not _is_part_of(tip, message))
        checks = tuple(_without_what_is_told(check, tips, endless=endless) for check in checks)
    if lacking := supplied_names(script.tree, exercise.stub_source, job.names):
        tips = (*tips, lacking)
    if much := printed_too_much(run, job, ended):
        tips = (*tips, much)
    return Verdict(exercise.id, exercise.title, status, checks, message, tips, line)


def _by_its_tip(check: CheckResult, first: Tip) -> CheckResult:
    """Return a check of a function that raised; with the tip on the file's error, of that line."""
    if check.tells is not Fact.FUNCTION_RAISED or check.line not in first.line_numbers:
        return check
    assert check.line is not None
    where = said("The tip ", OnLine(check.line), " says what is wrong.")
    return msgspec.structs.replace(check, message=where)


def _is_same(tip: Tip, check: CheckResult) -> bool:
    """Whether a tip and a failed check tell the same: in the same words, or the same of a line."""
    if check.status is not CheckStatus.FAILED or check.line is None:
        return False
    same = _is_part_of(tip, check.message) or (tip.tells is not None and tip.tells is check.tells)
    # an error comes up where what was not measured is read, and not where it should have been
    return same and (check.line in tip.line_numbers or tip.tells is Fact.NOT_VALIDATED)


def _is_part_of(tip: Tip, message: Said) -> bool:
    """Whether a tip's words are told there."""
    parts = [message] if isinstance(message, str) else message
    return isinstance(tip.text, str) and any(
        isinstance(part, str) and tip.text in part for part in parts
    )


def _without_what_is_told(
    check: CheckResult, tips: tuple[Tip, ...], *, endless: bool
) -> CheckResult:
    """Return a check that says where a fault is told, if what stopped the file has told it."""
    same = [tip for tip in tips if _is_same(tip, check)]
    if endless and check.tells is Fact.NOT_ENDED:
        where = said("This is why ", YourFile(), " was stopped.")
    elif check.line is not None and same:
        lines = same[0].line_numbers
        line = check.line if check.line in lines or not lines else lines[0]
        where = said("The tip ", OnLine(line), " says what is wrong.")
    else:
        return check
    return msgspec.structs.replace(check, expected="", got="", details="", message=where)


def _refuse_bad_data() -> None:
    """Raise GraderFault if a file in the user's data folder is bad: then no answer is at fault."""
    from grader.data import bad_data  # it imports NumPy and more

    if why := bad_data():
        raise GraderFault(why)
