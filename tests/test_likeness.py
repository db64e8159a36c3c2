"""Answers that are alike: a copy is found, what everybody writes is no alarm."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import solution
from corpus import answer_source, load_answers
from quick_class import Fake, put

from grader.catalogue import Exercise, exercises, find
from grader.classwork import likeness
from grader.classwork.class_folder import HandedIn
from grader.classwork.likeness import LEAST_TOKENS, MOST_STUDENTS, Alike, find_alike
from grader.submission import Submission
from grader.teaching.cohort import Summary

Run = Callable[..., Summary]

OWN_WAY = """
sizes = [128, 64, 32]
model = Sequential([Input((2,))])
for size in sizes:  # one after the other
    model.add(Dense(size, activation="relu"))
model.add(Dense(4, activation='softmax'))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
"""
COPY = """
# my own work, layer by layer
from keras import layers

widths = [
    128, 64, 32,
]
model = Sequential([Input((2,))])

for width in widths:
    "I add a layer"
    model.add(layers.Dense(width,
                           activation='relu'))
model.add(layers.Dense(4, activation="softmax"))
model.compile(optimizer='adam', loss='categorical_crossentropy',
              metrics=['accuracy'])  # compiled!
"""


def _given(exercise: str) -> str:
    return find(exercise).stub_source.partition("# TODO")[0]


def _handed_in(exercise: Exercise, sources: dict[str, str]) -> list[HandedIn]:
    return [
        HandedIn(student, Submission.of_bytes(exercise, "answer.py", source.encode()), "answer.py")
        for student, source in sources.items()
    ]


def _alike(exercise: str, *sources: str) -> list[Alike]:
    named = {f"s{number}": source for number, source in enumerate(sources)}
    return find_alike(_handed_in(find(exercise), named))


def test_a_copy_with_other_names_comments_quotes_and_layout_is_found() -> None:
    other = OWN_WAY.replace("[128, 64, 32]", "[128, 64, 33]")
    (found,) = _alike("2.2.1", _given("2.2.1") + OWN_WAY, other, _given("2.2.1") + COPY)
    assert (found.students, found.of, found.same_letters) == (("s0", "s2"), 3, False)
    assert found.own > LEAST_TOKENS
    assert found.extent == f"{found.own} tokens of their own beside {found.given} of the stub"


def test_a_copy_of_the_given_part_under_other_names_is_found() -> None:
    """What is given keeps its meaning, whatever it is called, and also where it is left out."""
    source = solution("3.1.1").replace("model", "network")
    given = _given("3.1.1")
    assert "X_train" in given
    own = source[len(given) :] + "\nprint('done', sorted([3, 1, 2]))\n"
    renamed = (given + own).replace("X_train", "data")
    (found,) = _alike("3.1.1", given + own, renamed, own)
    assert found.students == ("s0", "s1", "s2")
    swapped = (given + own).replace("X_train", "@").replace("y_train", "X_train")
    assert _alike("3.1.1", given + own, given + swapped.replace("@", "y_train")[len(given) :]) == []


def test_the_same_letters_are_told() -> None:
    (found,) = _alike("2.2.1", OWN_WAY, OWN_WAY.replace("\n", "\r\n"))
    assert found.same_letters
    assert found.extent.endswith("letter for letter")


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_neither_stubs_nor_references_are_alike(exercise: Exercise) -> None:
    reference = exercise.solution.read_text("utf-8")
    for source in (exercise.stub_source, reference):
        assert _alike(exercise.id, source, source, source) == []


@pytest.mark.parametrize("source", ["", "x = = 1\n", "x\n" * 60_000, f"x = {'1 + ' * 3000}1\n"])
def test_odd_files_are_not_compared(source: str) -> None:
    assert _alike("2.2.1", source, source) == []


def test_the_usual_way_is_known_by_its_many_students() -> None:
    assert len(_alike("2.2.1", *[OWN_WAY] * MOST_STUDENTS)) == 1
    assert _alike("2.2.1", *[OWN_WAY] * (MOST_STUDENTS + 1)) == []


def test_references_are_known_where_there_are_no_solutions(monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

    packed = msgspec.json.decode(likeness.forms_for_graders(), type=dict[str, str])
    assert list(packed) == [exercise.id for exercise in exercises()]
    monkeypatch.setattr(likeness, "_packed_forms", lambda: packed)
    monkeypatch.setattr(Exercise, "solution", property(lambda _: Path("nowhere")))
    source = (Path(__file__).parents[1] / "solutions" / find("2.2.1").file).read_text("utf-8")
    assert _alike("2.2.1", source, source) == []
    assert len(_alike("2.2.1", OWN_WAY, COPY)) == 1


def _pairs() -> Iterator[tuple[str, str]]:
    """Give each two right answers to an exercise that are listed as alike, by their names."""
    for exercise in exercises():
        answers: Any = load_answers(exercise.id)
        text = exercise.solution.read_text("utf-8")
        named = {answer.name: answer_source(text, answer.change) for answer in answers.RIGHT}
        for group in find_alike(_handed_in(exercise, named)):
            yield from itertools.combinations(group.students, 2)


def test_right_answers_of_different_people_are_not_alike() -> None:
    """Of 2,097 pairs 4 are: one answer with other imports, each time the spelling of 2019."""
    listed = {pair for pair in _pairs() if "2019" not in pair[0]}
    assert listed == {("as in an earlier edition, lines", "tensorflow's own import, bare")}


def test_what_is_alike_is_printed_and_on_the_page(tmp_path: Path, fake: Fake, run: Run) -> None:
    fake.words = "No."
    put(tmp_path / "class", "<anna>", OWN_WAY)
    put(tmp_path / "class", "ben", COPY)
    put(tmp_path / "class", "cleo", OWN_WAY.replace("softmax", "sigmoid"))
    (found,) = run().alike
    assert found.students == ("<anna>", "ben")
    page = (tmp_path / "out" / "report" / "index.html").read_text("utf-8")
    assert "&lt;anna&gt;, ben (2 of 3)" in page
    assert "look alike by nature" in page
