"""How a run ended, in a learner's terms: what stopped the file, where, and what to look for."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import NamedTuple

from grader.evidence.messages import Finished, Forbidden, Internal, LearnerJob
from grader.evidence.record import (
    Ended,
    GivenUp,
    NeverEnding,
    OutOfTime,
    Raised,
    RanToItsEnd,
)
from grader.grading.giving_up import given_up
from grader.grading.overtime import allows_more, out_of_time
from grader.places import ForFiles, OnLine, Said, YourFile, said
from grader.processes.jobs import DamagedRun
from grader.processes.workers import GraderFault, Run
from grader.sandbox.limits import as_size
from grader.source_file import Script
from grader.verdict import Outcome, Tip

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""Keras colours some of its messages, as if they were only ever seen on a terminal."""

CHECK_SECONDS = 120.0
"""For whatever looks at what a run left behind."""

_KILLED = -9
_NOT_TO_ITS_END = "the run did not get to its end"


class Ending(NamedTuple):
    """How a run ended that did not get to its end."""

    outcome: Outcome
    message: Said
    why: str = _NOT_TO_ITS_END
    """Nothing else could be looked at, as the end of `Not looked at: …`."""
    tell_more: bool = True
    """Whether what shows in the file's text is worth telling, too."""


def without_evidence(run: Run, job: LearnerJob, script: Script) -> Ending | None:
    """Return how a run ended that left no evidence: out of time, ended, crashed.

    Raises:
        GraderFault: the process came to its end before the file began to run.
    """
    if run.exceeded is None and not run.began:
        raise GraderFault(_before_the_file(run))
    if run.timed_out:
        late = out_of_time(OutOfTime(None, training=False), script, job)
        return Ending(Outcome.TIMEOUT, late, "the time was over")
    if ending := _of_conduct(run, job):
        return ending
    if run.exit_code == 0 and any(isinstance(reply, Finished) for reply in run.replies):
        return None
    if run.exit_code < 0:
        how = said(
            f"Python was ended by signal {-run.exit_code} while running ",
            YourFile(),
            ". It may have crashed, or have needed more memory than it gets: at most "
            f"{as_size(job.confinement.limits.memory)}.",
            allows_more("limit memory=…", job),
        )
    else:
        how = said(
            YourFile(begins=True),
            f" ended Python itself (exit code {run.exit_code}), for example with os._exit, or "
            "closed what it is recorded through, so nothing could be looked at.",
            ForFiles(" Let the file run to its end."),
        )
    return Ending(Outcome.FAILED, how)


def _before_the_file(run: Run) -> str:
    """Return what is said of a process that ended in what is ours to do before the file runs."""
    if run.timed_out:
        return f"Your file had not begun to run after {run.seconds:.0f} s. Is the machine busy?"
    if run.last_words:
        return f"Recording your run failed: {run.last_words}"
    return f"What runs your file ended with code {run.exit_code} before it began."


def _of_conduct(run: Run, job: LearnerJob) -> Ending | None:
    """Return how a run ended that went over a limit or after what it may not have."""
    if run.exceeded:
        how = said(
            YourFile(begins=True),
            f" {run.exceeded.words}, and was stopped.",
            allows_more(f"limit {run.exceeded.limit}=…", job) if run.exceeded.limit else "",
        )
        return Ending(Outcome.FAILED, how, tell_more=False)
    for reply in run.replies:
        if isinstance(reply, Forbidden):
            opened = f" opened {plain_line(reply.what)}, which answers or checks exercises. "
            how = said(YourFile(begins=True), opened, "Such a run is not graded.")
            return Ending(Outcome.FAILED, how, "the run is not graded", tell_more=False)
        if isinstance(reply, Internal):
            how = said(
                YourFile(begins=True),
                " has changed Python itself, has used up what a run gets, or has made an object "
                "that cannot be looked at, so what it did could not be recorded.\n"
                f"{plain_line(_without_folders(reply.last_line, job))}",
            )
            return Ending(Outcome.FAILED, how, tell_more=False)
    return None


def _without_folders(text: str, job: LearnerJob) -> str:
    """Return a text without where the run's folders lie, which is another place each time."""
    for folder in (job.evidence, job.scratch):
        text = text.replace(folder, Path(folder).name)
    return text


def of_damage(damaged: DamagedRun) -> Ending:
    """Return how a run ended whose evidence cannot be read."""
    message = said(f"What your run left behind cannot be read: {damaged.why}.")
    return Ending(Outcome.FAILED, message, "the evidence is damaged")


def of_long_look(look: Run) -> Ending | None:
    """Return how a run ended that could not be looked at to the end; None where it was.

    A process that the system kills is nobody's fault here: it may do so to any.
    """
    if look.timed_out:
        how = f"took longer than {CHECK_SECONDS:.0f} s and was stopped"
    elif look.exit_code < 0 and look.exit_code != _KILLED:
        how = f"ended Python itself twice, by signal {-look.exit_code}"
    else:
        return None
    message = said(
        f"To look at what your run left behind {how}. It may be that a model or an array is far "
        "larger than the task needs."
    )
    return Ending(Outcome.FAILED, message, "what the run left behind cannot be looked at")


def of_record(ended: Ended, script: Script, job: LearnerJob) -> Ending | None:
    """Return how a recorded run ended; None where it ran to its end, or ended itself."""
    match ended:
        case Raised():
            message = said(error_message(ended, script), _limit_met(ended, job))
            return Ending(Outcome.ERROR, message)
        case OutOfTime():
            return Ending(Outcome.TIMEOUT, out_of_time(ended, script, job))
        case GivenUp():
            return Ending(Outcome.ERROR, given_up(ended, script))
        case _:
            return None


def ended_on(ended: Ended) -> int | None:
    """Return the line that a file ended on; None where it ran to its end."""
    return None if isinstance(ended, RanToItsEnd) else ended.line


def printed_too_much(run: Run, job: LearnerJob, ended: Ended | None = None) -> Tip | None:
    """Tell of a file that printed more than is kept; of one without an end, no limit helps."""
    most = job.confinement.limits.output
    if run.output_bytes <= most:
        return None
    printed = f" printed {as_size(run.output_bytes)}; only the first {as_size(most)} was kept."
    more = "" if isinstance(ended, OutOfTime | NeverEnding) else allows_more("limit output=…", job)
    return Tip(said(YourFile(begins=True), printed, more))


def _limit_met(ended: Raised, job: LearnerJob) -> Said:
    """Return the limit that an error may come of; the system does not name it."""
    limits = job.confinement.limits
    if ended.type in {"MemoryError", "_ArrayMemoryError", "ResourceExhaustedError"}:
        gets, limit = f"at most {as_size(limits.memory)} of memory", "memory"
    elif ended.type == "OSError" and f"[Errno {errno.EFBIG}]" in ended.message:
        gets, limit = f"at most {as_size(limits.disk)} of disk", "disk"
    elif ended.type == "BlockingIOError" and f"[Errno {errno.EAGAIN}]" in ended.message:
        gets, limit = f"at most {limits.processes:,} processes", "processes"
    else:
        return ""
    return said(f"\nA run gets {gets}.", allows_more(f"limit {limit}=…", job))


def plain_line(text: str) -> str:
    """Return the beginning of what a learner's process said, as one line that can be shown."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:300])


def _behind_trace(words: list[str]) -> list[str]:
    """Return what TensorFlow says below the lines of its own files."""
    last = max((n for n, line in enumerate(words) if line.startswith('  File "')), default=0)
    return [line for line in words[last + 1 :] if line.strip() and "[[{{node" not in line]


def error_message(ended: Raised, script: Script) -> Said:
    """Return an exception in the learner's terms: where, what, and the line itself."""
    message = _COLOURS.sub("", ended.message).strip()
    words = message.splitlines()
    if "Traceback (most recent call last):" in words:  # scikit-learn quotes whole ones
        words = [words[0], words[-1]]
    if words and words[0].startswith("Graph execution error"):  # TensorFlow's trace is its own
        words = [words[0], *_behind_trace(words)]
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
