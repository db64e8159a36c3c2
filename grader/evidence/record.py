"""The record of one run of a learner's file: how it ended, its calls, figures and models.

Written by `learner/`, decoded and validated once in `evidence.reading`. Whoever reads a record
has these types and needs no guard.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct, field

from grader.evidence.values import Count, Nothing, Numbers, Settings, Shape, Size, Tagged, Value

Lines: TypeAlias = Annotated[list[Count], Meta(max_length=100)]

Words: TypeAlias = Annotated[str, Meta(max_length=5_000)]
"""What goes on to the verdict as it is."""


class RanToItsEnd(Tagged, frozen=True, tag="end"):
    """The file ran to its end."""


class Exited(Tagged, frozen=True, tag="exit"):
    """The file ended itself, with `exit()`."""

    line: Count | None
    code: Words = ""
    """What `exit` was given, as a text: "" for nothing, "1", "no data"."""


class OutOfTime(Tagged, frozen=True, tag="out of time"):
    """The time was over, and the file was interrupted."""

    line: Count | None
    """The innermost line of the learner's own that ran then."""
    training: bool
    """Whether a call of fit was under way."""
    trained_before: Count = 0
    """How many calls of fit on the same line had ended by then."""
    lines: Lines = field(default_factory=list)
    """All lines of the file that ran then, the outermost first."""
    epochs: Count = 0
    """How many epochs of the training under way had ended."""
    asked: Count = 0
    seconds: float = 0.0
    """How long this training had taken by then."""


class LayerFacts(Struct, frozen=True):
    """A layer, as it was when a call failed."""

    name: str
    type: str
    line: Count | None
    """That made it."""
    input: tuple[Size, ...] | None = None
    output: tuple[Size, ...] | None = None
    """The shapes; None where they are not known."""
    window: Shape | None = None
    """The size of a convolution's filter, or of a pool."""
    sequences: bool = False
    """Whether it is told to return sequences."""


class FailedCall(Struct, frozen=True):
    """The call that failed when a file stopped: of a model's method, or of a layer."""

    name: str
    """Of the method; "" for a layer that was put behind another one."""
    line: Count | None
    arguments: dict[str, Value] = {}
    layers: list[LayerFacts] = []
    """Of the model whose method it was."""
    loss: str = ""
    layer: LayerFacts | None = None
    """The innermost layer that refused what it got."""
    got: list[tuple[Size, ...]] = []
    """The shapes that this layer got."""
    before: LayerFacts | None = None
    """The layer whose output it got, where that is known."""


class Held(Struct, frozen=True):
    """What a name held where a file stopped."""

    type: str
    """The name of its class, `DataFrame`."""
    shape: tuple[Size, ...] | None = None
    """Of an array, a table or a tensor; the length of a list, a tuple or a text."""
    dtype: str = ""
    keys: list[str] = []
    """The first columns of a table, or keys of a dictionary, that are texts."""


class Raised(Tagged, frozen=True, tag="exception"):
    """An exception that nothing caught."""

    type: Words
    message: Words
    line: Count | None
    """The innermost line of the learner's file."""
    lines: Lines
    """All of them, outermost first."""
    call: FailedCall | None = None
    """What failed, where it is a call that the recorder knows."""
    held: dict[str, Held] = field(default_factory=dict)
    """What the names on the line held."""
    behind: dict[str, Held] = field(default_factory=dict)
    """What the names held that those were made of."""
    nearest: Words = ""
    """The attribute that is most like one that is not there; "" where none is."""


class GivenUp(Tagged, frozen=True):
    """A training was ended because nothing would have ended it in time; the file with it."""

    line: Count | None
    """The innermost line of the learner's file, the call of fit."""


class EndlessData(GivenUp, frozen=True, tag="endless data"):
    """What a call reads went on and on, and nothing said how much of it is an epoch."""

    call: Words
    """`fit`, `evaluate` or `predict`."""
    validation: bool
    """Whether it is what fit was given to validate on."""
    holder: Words
    """`dataset`, `generator` or `PyDataset`."""
    batches: Count
    """That had come by then; 0 for a dataset that is known to have no end."""


class Standstill(GivenUp, frozen=True, tag="standstill"):
    """A loop waits for what trainings lead to, and none of them changes a weight."""

    trainings: Count
    """In a row, on this line."""


class Endless(GivenUp, frozen=True, tag="endless"):
    """A training would have taken far longer than the file may."""

    epochs: Count
    """That had run by then."""
    asked: Count
    seconds: float
    """What all that were asked for would have taken."""
    monitors: list[str]
    """What the EarlyStopping callbacks watch that fit was given."""
    measured: list[str]
    """What the epochs measured."""
    beyond: bool
    """Whether it went beyond all that the exercise may need."""
    validated: bool
    """Whether fit was given data to validate on."""

    @property
    def unmeasured(self) -> list[str]:
        """What the callbacks watch, and what no epoch measured."""
        return [monitor for monitor in self.monitors if monitor not in self.measured]

    @property
    def went_beyond(self) -> bool:
        """Whether it went beyond, and not because nothing that is watched was measured."""
        return self.beyond and (not self.unmeasured or len(self.unmeasured) < len(self.monitors))

    @property
    def lacks_validation(self) -> bool:
        """Whether what is watched would be measured on validation data, of which there is none."""
        waits_for = [] if self.went_beyond else self.unmeasured[:1]
        return any(key.startswith("val_") for key in waits_for) and not self.validated


NeverEnding: TypeAlias = Endless | EndlessData | Standstill
Ended: TypeAlias = RanToItsEnd | Exited | OutOfTime | NeverEnding | Raised


class Call(Struct, frozen=True):
    """One call that the learner's file made."""

    name: str
    line: Count | None
    model: Count | None
    """The number of the model; once read, of the trained one that it is a copy of."""
    arguments: dict[str, Value]
    result: Value = Nothing()
    done: bool = False
    position: int = 0
    """Among all calls; the reader counts for itself."""
    weights_before: list[Numbers] | None = None
    """Of the model that fit was called on; None where they were not kept."""
    weights_after: list[Numbers] | None = None
    layers: Count | None = None
    """How many the model had when its summary was printed."""
    columns: list[str] = []
    """Of the table that fit was given as features."""
    batches: Count = 0
    """How many calls of train_on_batch are recorded as this one call of fit; 0 for fit itself."""
    compiled: bool = False
    """Whether it ran in a compiled loop; nobody's verdict depends on it."""


class Probe(Struct, frozen=True):
    """A call of a learner's function that the checks have picked."""

    function: str
    """Or `KIND:NAME`, a trial of the object NAME; see `learner.searches`."""
    args: list[object]
    kwargs: dict[str, object]


class NoSuchFunction(Tagged, frozen=True, tag="missing"):
    """There is no function of that name."""


class Returned(Tagged, frozen=True, tag="returned"):
    """The function gave something back."""

    value: Value


class StillRunning(Tagged, frozen=True, tag="still running"):
    """It was interrupted: it had taken far longer than such a call may."""

    line: Count | None
    seconds: float


class NotTried(Tagged, frozen=True, tag="not tried"):
    """It was not called, or not to its end: an earlier call or the file had taken the time."""


Tried: TypeAlias = (
    NoSuchFunction | Returned | Raised | StillRunning | NotTried | Endless | EndlessData
)


class ProbeAnswer(Struct, frozen=True):
    """What came of a probe."""

    probe: Probe
    outcome: Tried
    printed: str = ""


class DrawnLine(Struct, frozen=True):
    """A line in a plot."""

    label: str
    x: Value
    y: Value


class DrawnPoints(Struct, frozen=True):
    """The points of one scatter, shape (n, 2)."""

    label: str
    points: Numbers
    colours: list[tuple[float, ...]]
    """Red, green, blue and opacity, from 0 to 1; none where the points follow a scale."""
    colour_of: list[int]
    """Which of the colours each point has."""


class DrawnAxes(Struct, frozen=True):
    """One plot in a figure."""

    title: str
    xlabel: str
    ylabel: str
    legend: list[str]
    lines: list[DrawnLine]
    scatters: list[DrawnPoints]
    areas: Count
    bars: Count
    images: list[Numbers]


class DrawnFigure(Struct, frozen=True):
    """One figure, as it was when last shown."""

    line: Count | None
    axes: list[DrawnAxes]
    legend: list[str]
    pixels: Numbers | None = None
    """What it looks like, shape (height, width, 3), uint8; None where nobody asked for it."""


class SavedModel(Tagged, frozen=True, tag="saved model"):
    """A file of the learner's that holds a model, by its number."""

    number: Count


class UnreadableModel(Tagged, frozen=True, tag="unreadable model"):
    """A file of the learner's that should hold a model, and cannot be loaded."""

    problem: str


class StoredModel(Tagged, frozen=True, tag="stored"):
    """A model: what Keras says of it, and its weights."""

    type: str
    config: Settings
    compiled: Settings | None
    """The compile settings; None where it was not compiled."""
    layers: Count
    weights: list[Numbers]
    lines: dict[str, Count] = field(default_factory=dict)
    """The line that made each layer, by the layers' names."""
    placed: dict[str, Count] = field(default_factory=dict)
    """The line that put each layer where it stands, by `add` or behind another one."""
    input_length: int | None = None
    learning_rate: float | None = None
    """Of the optimizer at the end; compile settings tell only its start."""


class UnstoredModel(Tagged, frozen=True, tag="not stored"):
    """A model that Keras could not write down."""

    type: str
    problem: str


class Record(Struct, frozen=True):
    """The record of one run: the last thing that the learner's process writes."""

    ended: Ended
    values: dict[str, Value]
    probes: list[ProbeAnswer]
    calls: list[Call]
    figures: list[DrawnFigure]
    files: dict[str, SavedModel | UnreadableModel]
    models: list[StoredModel | UnstoredModel | None]
    """None for those beyond the number that is kept."""
    copy_of: dict[int, int] = {}
    """Which trained model another one is a copy of; the reader finds out for itself."""
