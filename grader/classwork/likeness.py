"""Answers that are alike: the same but for names, comments and layout. A hint, never a mark.

What everybody is given does not count, nor what is too short to be written in many ways, nor the
reference's own way, nor a way that many have found.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

import grader
from grader.catalogue import Exercise, exercises, find, id_key
from grader.classwork.class_folder import HandedIn
from grader.classwork.normal_form import NormalForm, form_of
from grader.identity import USUAL_FORMS
from grader.source_file import Script, Unreadable

LEAST_TOKENS = 40
"""Answers with less of their own are not compared: there are too few ways to write them."""

MOST_STUDENTS = 10
"""A way that more have found is the usual one; Moss leaves out what more than ten share."""

_MAX_BYTES = 100_000
"""No answer is that long; to look at one takes seconds."""

EXPLANATION = (
    "The same but for names, comments and layout. Short exercises look alike by nature: this is "
    "something to look at, and no mark."
)


@dataclass(frozen=True)
class Alike:
    """Students whose answers to an exercise are alike."""

    exercise: str
    students: tuple[str, ...]
    of: int
    """How many students handed in something for the exercise."""
    own: int
    """Tokens of the answer, as the first student has it, without what is given."""
    given: int
    """Tokens that are the stub's."""
    same_letters: bool
    """Whether comments, names and layout are the same as well."""

    @property
    def extent(self) -> str:
        """How much of the answer is the students' own."""
        letters = ", letter for letter" if self.same_letters else ""
        return f"{self.own} tokens of their own beside {self.given} of the stub{letters}"


def find_alike(handed_in: Iterable[HandedIn]) -> list[Alike]:
    """Return who has handed in answers that are alike."""
    forms: defaultdict[tuple[str, bytes], list[tuple[HandedIn, NormalForm]]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for one in handed_in:
        counts[one.exercise.id] += 1
        if len(one.submission.file.data) > _MAX_BYTES:
            continue
        try:
            form = form_of(one.submission.script(), one.exercise)
        except (Unreadable, RecursionError):
            continue
        if form.own >= LEAST_TOKENS:
            forms[one.exercise.id, form.digest].append((one, form))
    return [
        _alike([one for one, _ in several], several[0][1], counts[id])
        for (id, digest), several in sorted(forms.items(), key=lambda item: id_key(item[0][0]))
        if len({one.origin or one.student for one, _ in several}) > 1
        and len(several) <= MOST_STUDENTS
        and digest != _usual_form(find(id))
    ]


def _alike(several: list[HandedIn], form: NormalForm, of: int) -> Alike:
    letters = {one.submission.file.data.replace(b"\r", b"").strip() for one in several}
    return Alike(
        several[0].exercise.id,
        tuple(sorted(one.student for one in several)),
        of,
        form.own,
        form.given,
        len(letters) == 1,
    )


def _usual_form(exercise: Exercise) -> bytes | None:
    """Return the form of the reference; None where it is known in no way."""
    if exercise.solution.exists():
        source = exercise.solution.read_text("utf-8")
        return form_of(Script("", source, ast.parse(source)), exercise).digest
    return bytes.fromhex(_packed_forms().get(exercise.id, "")) or None


def forms_for_graders() -> str:
    """Return the text of the file that tells machines without solutions the references' forms."""
    forms = {one.id: (_usual_form(one) or b"").hex() for one in exercises()}
    return msgspec.json.encode(forms).decode()


@cache
def _packed_forms() -> dict[str, str]:
    try:
        data = (Path(grader.__file__).parent / USUAL_FORMS).read_bytes()
    except FileNotFoundError:
        return {}
    return msgspec.json.decode(data, type=dict[str, str])
