"""The job of a learner's process, and what it reports while it runs."""

from __future__ import annotations

from typing import Literal, TypeAlias

from grader.evidence.values import Probe, Tagged


class LearnerJob(Tagged, frozen=True, tag="learner"):
    """Run a submission, record it, leave the evidence."""

    source: str
    file: str
    """The file's path, as tracebacks show it."""
    evidence: str
    scratch: str
    seed: int
    seconds: float
    """That the file may run; then it is interrupted."""
    most_epochs: int
    """After which a training is given up that was asked for more; 0 for none."""
    fast_fit: bool
    """Whether training may run in compiled loops."""
    threads: int | None
    """Of TensorFlow; None leaves that to it."""
    given: str
    """Code that makes given names, to be run first; often none."""
    given_file: str
    names: list[str]
    """Those of its names that the file lacks."""
    watch: list[str]
    """Library functions whose calls are recorded."""
    withheld: list[str]
    """Functions of this package that refuse calls from the file."""
    install: list[str]
    """Modules of the grader whose `install()` prepares the process."""
    probes: list[Probe]


class Stage(Tagged, frozen=True, tag="stage"):
    """A part of the work has begun."""

    name: Literal["run", "check"]


class Epoch(Tagged, frozen=True, tag="epoch"):
    """An epoch of a training has ended."""

    number: int
    epochs: int
    """How many were asked for; 0 where that is not known."""


class Finished(Tagged, frozen=True, tag="finished"):
    """The evidence is complete."""


class Internal(Tagged, frozen=True, tag="internal"):
    """The process failed in code of ours."""

    trace: str

    @property
    def last_line(self) -> str:
        """The exception itself."""
        return self.trace.strip().rpartition("\n")[2]


Progress: TypeAlias = Stage | Epoch
