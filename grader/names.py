"""The names that an exercise knows: what it hands out, asks for, and what others hand out."""

from __future__ import annotations

from msgspec import Struct


class MadeInside(Struct, frozen=True):
    """Where a name is bound that one function alone binds."""

    function: str
    returned: bool
    """Whether the function returns what it is bound to."""


class Names(Struct, frozen=True):
    """The names of one exercise."""

    given: list[str] = []
    """That its given part makes or imports, the grader's own modules aside."""
    modules: list[str] = []
    """The grader's own modules in its given part; in an answer these names mean data."""
    spoken_of: list[str] = []
    """That its task has in it as code: each means something of its own."""
    results: list[str] = []
    """That its steps make: the stub has a blank for the value of each."""
    elsewhere: dict[str, str] = {}
    """The id of an exercise that hands a name out, for names that this one does not hand out."""
