"""Trying the functions that a learner wrote, with arguments that the checks picked.

A function may never come to its end, as a file may. So each call has a time of its own; and
after one that was interrupted, the others of that function are not tried.
"""

from __future__ import annotations

import contextlib
import functools
import io
import time
from typing import Any

import msgspec

from grader.evidence.messages import LearnerJob
from grader.evidence.record import (
    Endless,
    EndlessData,
    NoSuchFunction,
    NotTried,
    Probe,
    ProbeAnswer,
    Returned,
    StillRunning,
    Tried,
)
from grader.learner.clock import TimeIsUp, time_limit
from grader.learner.encoding import Store, encode, plain_text
from grader.learner.epoch_watch import EndlessTraining
from grader.learner.exceptions import describe_exception, own_line, quietly, raised
from grader.learner.recorder import Recorder
from grader.learner.searches import TRIALS

TRIED_SECONDS = 5.0
"""For all calls after a file that has used up its own time."""
CALL_SECONDS = 10.0
"""For one call of a function. To make a network or to predict a word takes tenths of one."""
MAX_PRINTED = 2_000


class Probing:
    """Calls functions of the learner's after the file has run."""

    def __init__(
        self, job: LearnerJob, namespace: dict[str, Any], store: Store, recorder: Recorder
    ) -> None:
        self._job = job
        self._namespace = namespace
        self._store = store
        self._recorder = recorder
        self._interrupted: set[str] = set()

    def answers(self, seconds: float) -> list[ProbeAnswer]:
        """Return what came of each probe; all together take no more than that many seconds."""
        ends = time.monotonic() + seconds
        self._recorder.only_watch(CALL_SECONDS)
        return [self._answer(probe, ends) for probe in self._job.probes]

    def _answer(self, probe: Probe, ends: float) -> ProbeAnswer:
        function, is_trial = _function(probe.function, self._namespace)
        if not callable(function):
            return ProbeAnswer(probe, NoSuchFunction())
        left = ends - time.monotonic()
        seconds = left if is_trial else min(left, CALL_SECONDS)
        if seconds <= 0 or probe.function in self._interrupted:
            return ProbeAnswer(probe, NotTried())
        printed = _Printed()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            call = functools.partial(function, *probe.args, **probe.kwargs)
            outcome = self._outcome(call, seconds)
        if isinstance(outcome, StillRunning | Endless | EndlessData):
            self._interrupted.add(probe.function)
        if isinstance(outcome, StillRunning) and (is_trial or seconds < CALL_SECONDS):
            outcome = NotTried()  # it might have ended in the time that others get
        return ProbeAnswer(probe, outcome, plain_text(quietly(printed.getvalue) or ""))

    def _outcome(self, call: functools.partial[Any], seconds: float) -> Tried:
        try:
            with time_limit(seconds):
                result = call()
            return Returned(encode(result, self._store))
        except TimeIsUp as error:
            lines = describe_exception(error, self._job.file).lines
            return StillRunning(own_line(lines, self._job), seconds)
        except EndlessTraining as error:
            found = error.found
            assert isinstance(found, Endless | EndlessData)
            lines = describe_exception(error, self._job.file).lines
            return msgspec.structs.replace(found, line=own_line(lines, self._job))
        except BaseException as error:
            return raised(error, self._job)


def _function(name: str, namespace: dict[str, Any]) -> tuple[Any, bool]:
    """Return the learner's function of that name, and whether it is a trial of an object.

    `KIND:NAME` is a trial of the object NAME.
    """
    kind, _, tried = name.rpartition(":")
    if kind and tried in namespace:
        return functools.partial(TRIALS[kind], namespace[tried]), True
    return namespace.get(name), False


class _Printed(io.StringIO):
    """Keeps the beginning of what a function prints."""

    def write(self, text: str) -> int:
        """Take a text; what is beyond the bound is lost."""
        if self.tell() < MAX_PRINTED:
            super().write(text[:MAX_PRINTED])
        return len(text)
