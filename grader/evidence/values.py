"""What names hold and functions give, as it crosses from the learner's process to the checks.

Declared once, written by `learner/`, decoded and validated once in `evidence.reading`, as a part
of its `Record`. A union is told apart by its tag, `kind`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

Count: TypeAlias = Annotated[int, Meta(ge=0)]
Shape: TypeAlias = Annotated[tuple[Count, ...], Meta(max_length=64)]
Size: TypeAlias = Count | None
"""Of an axis; None where it is free."""
Settings: TypeAlias = dict[str, object]
"""What Keras itself writes down of a layer, a model or a call of compile. Its form is Keras's
own, so whoever reads it narrows what is found."""


class Tagged(Struct, frozen=True, tag_field="kind", kw_only=False):
    """The base of all that is told apart by its kind."""


class Nothing(Tagged, frozen=True, tag="none"):
    """None."""


class Number(Tagged, frozen=True, tag="number"):
    """A number, of Python or NumPy."""

    value: int | float
    type: str
    """The name of its class, `float32`."""


class Text(Tagged, frozen=True, tag="text"):
    """A text."""

    value: str


class Numbers(Tagged, frozen=True, tag="numbers"):
    """An array of numbers. Its values lie in a file of their own, and are read when asked for."""

    shape: Shape
    dtype: str
    digest: str
    """The hash of the values as float32: the same data are the same, whatever their type."""
    file: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\.npy\Z")] | None = None
    """None where the array was too large to be stored."""
    source: Literal["", "list", "tuple", "tensor"] = ""
    """What it was, where it was no array."""

    @property
    def size(self) -> int:
        """How many numbers it has; of any size, as nobody has counted them."""
        size = 1
        for axis in self.shape:
            size *= axis
        return size


class Texts(Tagged, frozen=True, tag="texts"):
    """An array of texts, or of what has no numbers, as texts."""

    items: list[str]
    shape: Shape


class Column(Struct, frozen=True):
    """A column of a table."""

    name: str
    dtype: str
    values: Numbers | Texts


class Frame(Tagged, frozen=True, tag="frame"):
    """A DataFrame of pandas, its first rows and columns."""

    rows: Count
    """Of the whole table."""
    index: list[str]
    columns: list[Column]


class Series(Tagged, frozen=True, tag="series"):
    """A Series of pandas, its first rows."""

    rows: Count
    index: list[str]
    column: Column


class Sequence(Tagged, frozen=True, tag="sequence"):
    """A list or a tuple, its first items."""

    type: Literal["list", "tuple"]
    items: list[Value]
    length: Count


class Mapping(Tagged, frozen=True, tag="mapping"):
    """A dictionary, its first items; keys as texts."""

    items: list[tuple[str, Value]]


class ModelRef(Tagged, frozen=True, tag="model"):
    """A Keras model, by its number among the record's models."""

    number: Count


class Graph(Tagged, frozen=True, tag="graph"):
    """A `keras.Function`, by the number of the model that computes the same."""

    number: Count


class Symbol(Tagged, frozen=True, tag="symbol"):
    """A tensor without values: a layer's output."""

    shape: tuple[Count | None, ...]
    layer: str
    layer_type: str


class History(Tagged, frozen=True, tag="history"):
    """What fit returns."""

    number: int
    """The same number is the same object."""
    epochs: list[int]
    metrics: dict[str, list[float]]


class Callback(Tagged, frozen=True, tag="callback"):
    """A callback of Keras's, or a class derived from one."""

    number: int
    """The same number is the same object."""
    type: str
    settings: dict[str, str | bool | int | float | None]


class Function(Tagged, frozen=True, tag="function"):
    """A function, a class or a module, by its name."""

    name: str


class WordIndex(Tagged, frozen=True, tag="tokenizer"):
    """A Tokenizer of Keras's, or an object like it, with the numbers of its words."""

    type: str
    words: list[tuple[str, int]]


class Estimator(Tagged, frozen=True, tag="estimator"):
    """An object of scikit-learn or SciKeras, with its settings."""

    type: str
    settings: dict[str, Value]


class Other(Tagged, frozen=True, tag="other"):
    """Anything else, by the name of its class."""

    type: str


Value: TypeAlias = (
    Nothing | Number | Text | Numbers | Texts | Frame | Series | Sequence | Mapping | ModelRef
    | Graph | Symbol | History | Callback | Function | WordIndex | Estimator | Other
)  # fmt: skip


def shape_of(value: Value | None) -> tuple[int, ...] | None:
    """Return the shape of an array or a table; None of anything else."""
    match value:
        case Numbers(shape=shape) | Texts(shape=shape):
            return shape
        case Frame(rows=rows, columns=columns):
            return (rows, len(columns))
        case Series(rows=rows):
            return (rows,)
        case _:
            return None
