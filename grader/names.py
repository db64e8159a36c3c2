"""The names that an exercise knows: what it hands out, asks for, and what others hand out."""

from __future__ import annotations

from msgspec import Struct


class MadeInside(Struct, frozen=True):
    """Where a name is bound that one function alone binds."""

    function: str
    returned: bool
    """Whether the function returns what it is bound to."""


class Binding(Struct, frozen=True):
    """A line that gives a name a value."""

    line: int
    until: int
    """The last line of the statement, of an assignment."""
    scope: int = 0
    """The first line of the function that the name is of; 0 outside of all."""
    loop: int = 0
    """The first line of the outermost loop around it, within that scope; 0 where none is."""
    sure: bool = True
    """Whether it runs wherever what stands behind it does: in no loop, and in no branch."""
    call: str = ""
    """What is called for the value: `print`, of a method `.add`; "" where it is no such call."""
    function: int = 0
    """The line of the file's own function that is called, where that gives nothing back."""
    in_place: bool = False
    """Whether the call has `inplace=True`."""
    of_call: bool = False
    """Whether it is a method of what another call gives: `Tokenizer().fit_on_texts(…)`."""
    computed: bool = False
    """Whether the call gets one thing, and that is computed in its parentheses."""
    fills: bool = False
    """Whether the name keeps its value, a list, and the line puts something into that."""


class Change(Struct, frozen=True):
    """A line that changes what a name holds, and gives the name no other value."""

    line: int
    part: str = ""
    """The column, or attribute, that it changes; "" where that is none, or is not told."""


class Names(Struct, frozen=True):
    """The names of one exercise."""

    given: list[str] = []
    """That its given part makes or imports, the grader's own modules aside."""
    modules: list[str] = []
    """The grader's own modules in its given part; in an answer these names mean data."""
    spoken_of: list[str] = []
    """That its task has in it as code: each means something of its own."""
    labels: dict[str, str] = {}
    """The labels among the data that it hands out, each with the features that they belong to."""
    steps: dict[str, int] = {}
    """The first step of its task that speaks of a name as code, by the name."""
    results: list[str] = []
    """That its steps make: the stub has a blank for the value of each."""
    elsewhere: dict[str, str] = {}
    """The id of an exercise that hands a name out, for names that this one does not hand out."""
