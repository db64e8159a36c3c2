"""Jobs for the processes that grade, and what these report."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from grader.evidence.messages import Epoch, Finished, Forbidden, Internal, LearnerJob, Stage
from grader.evidence.record import Ended, Probe
from grader.evidence.values import Tagged
from grader.explanation import TrainingSummary
from grader.names import Binding, MadeInside, Names
from grader.sights import Sights
from grader.verdict import CheckResult, Tip


class ProbeJob(Tagged, frozen=True, tag="probes"):
    """Let a check file pick the calls that a learner's functions are tried with."""

    checks: str


class CheckJob(Tagged, frozen=True, tag="check"):
    """Run the checks on the evidence."""

    evidence: str
    folder: str
    """An empty folder to run in."""
    checks: str
    results: list[CheckResult]
    """All checks of the exercise, none of them looked at yet."""
    probes: list[Probe]
    """That were asked for."""
    bindings: dict[str, list[Binding]]
    """What binds each name of the file, in the order of the lines."""
    inside: dict[str, MadeInside]
    """The names that one of its functions alone binds, with the function's name."""
    anew: dict[str, list[int]]
    """The lines that make a model anew, under the name of one that layers were added to."""
    source: str = ""
    """The text of the file, as far as it was run. It is read, and never run."""
    blank: int | None = None
    """The first line that is not filled in; what comes from there on did not run."""
    names: Names = Names()
    """That the exercise knows."""
    task: str | None = None
    """What the learner was given to read; None where nobody wants to see anything of the run."""


class ExamineJob(Tagged, frozen=True, tag="examine"):
    """Look at the trainings of a script that is no exercise."""

    evidence: str
    folder: str
    """An empty folder to run in."""
    bindings: dict[str, list[Binding]]
    """What binds each name of the file, in the order of the lines."""


Job: TypeAlias = LearnerJob | ProbeJob | CheckJob | ExamineJob


class PickedProbes(Tagged, frozen=True, tag="picked probes"):
    """What a `ProbeJob` picked."""

    probes: list[Probe]


class DamagedRun(Tagged, frozen=True, tag="damaged"):
    """The evidence cannot be read."""

    why: str


class Checked(Tagged, frozen=True, tag="checked"):
    """The checks have run."""

    ended: Ended
    results: list[CheckResult]
    """Of those that ran, in their order."""
    tips: list[Tip]
    faults: list[str]
    """What failed in code of ours; then the results count for nothing."""
    sights: Sights = Sights()


class Examined(Tagged, frozen=True, tag="examined"):
    """The trainings were looked at."""

    ended: Ended
    trainings: list[TrainingSummary]
    more: int
    """How many trainings were not looked at, as there are too many."""
    by_batches: bool
    """Whether a model was trained batch by batch."""
    can_look: bool
    """False in an installation that has no expectations, as learners' bundles have none."""


class Idle(Tagged, frozen=True, tag="idle"):
    """The process has made its imports, or is done with a job after which it can do another."""

    memory: int
    """Bytes, its share of what several processes have in common; 0 where that is not known."""


Reply: TypeAlias = (
    Stage
    | Epoch
    | Finished
    | Forbidden
    | Internal
    | PickedProbes
    | DamagedRun
    | Checked
    | Examined
    | Idle
)

encode_job = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
decode_reply = msgspec.msgpack.Decoder(Reply).decode
