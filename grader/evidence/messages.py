"""The job of a learner's process, and what it reports while it runs."""

from __future__ import annotations

from typing import Literal, TypeAlias

from grader.evidence.record import Probe
from grader.evidence.spans import Span
from grader.evidence.values import Tagged


class Limits(Tagged, frozen=True, tag="limits"):
    """What one run may use up, with all processes that it starts."""

    memory: int = 4_000_000_000
    """Bytes resident, in all."""
    processes: int = 64
    disk: int = 500_000_000
    """Bytes of files left in the run's folders; also the largest size of a file."""
    output: int = 1_000_000
    """Bytes kept of what is printed; more is counted and dropped."""
    files: int = 1024
    """Open at a time, in each process."""


class Confinement(Tagged, frozen=True, tag="confinement"):
    """What holds a learner's process."""

    rules: Literal["own", "instructor"] = "own"
    """For learners on their own machines, who may read what they like; or for a class."""
    require: tuple[str, ...] = ()
    """Layers without which the file is not run."""
    without: tuple[str, ...] = ()
    """Layers that are left out, as if the system had none of them: to try what then holds."""
    limits: Limits = Limits()


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
    most_batches: int = 0
    """In one epoch of data that do not tell how many there are; 0 for any number."""
    given_lines: tuple[Span, ...] = ()
    """The first and last lines of functions that the exercise hands out."""
    waiting_loops: tuple[Span, ...] = ()
    """Those of `while` loops that can only wait for other results."""
    beside: str = ""
    """The folder of the learner's own file, whose other files it may read; "" for none."""
    secret: tuple[str, ...] = ()
    """Folders whose files answer or check exercises."""
    confinement: Confinement = Confinement()
    pictures: bool = False
    """Whether figures are kept as pictures, too, for people to look at."""


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


class Forbidden(Tagged, frozen=True, tag="forbidden"):
    """The file opened or imported what answers or checks an exercise."""

    what: str


class Internal(Tagged, frozen=True, tag="internal"):
    """The process failed in code of ours."""

    trace: str

    @property
    def last_line(self) -> str:
        """The exception itself."""
        return self.trace.strip().rpartition("\n")[2]


Progress: TypeAlias = Stage | Epoch
