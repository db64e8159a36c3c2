"""Stubs: what they are built from, and that the committed ones are up to date."""

from __future__ import annotations

import ast

import pytest

from grader.catalogue import Exercise, exercises
from grader.identity import package_folder
from grader.stubs import BEGIN, BLANK, END, BadSolution, build_all, build_stub, given_part
from grader.submission import read_submission

SOLUTION = '''"""9.9.9 Nothing"""

import keras

# TODO: make it
### BEGIN SOLUTION
model = keras.Sequential()
### END SOLUTION

for n in range(3):
    # TODO: add to it
    ### BEGIN SOLUTION
    model.add(n)
    print(n)
    ### END SOLUTION

# TODO: split it
### BEGIN SOLUTION
a, b = 1, 2
### END SOLUTION
print(a)
'''


def test_answers_become_blanks_and_the_rest_stays() -> None:
    stub = build_stub(SOLUTION)
    assert "model = ____\n" in stub
    assert "    # TODO: add to it\n    ____\n" in stub
    assert "a, b = ____\nprint(a)\n" in stub
    assert BEGIN not in stub
    assert "Sequential" not in stub
    ast.parse(stub)


def test_the_given_part_ends_at_the_first_todo() -> None:
    assert given_part(SOLUTION) == '"""9.9.9 Nothing"""\n\nimport keras\n\n'
    assert given_part('"""Say # TODO: here."""\nx = 1\n') == '"""Say # TODO: here."""\nx = 1\n'


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("# TODO: x\n" + BEGIN + "\nx = 1\n", "without"),
        (END + "\n", "without"),
        ("x = 1\n", "no step"),
        (BEGIN + "\nx = 1\n" + END + "\n", "no # TODO"),
        ("# TODO: x\n" + BEGIN + "\n" + END + "\n", "nothing in it"),
        ("# TODO: x\n" + BEGIN + "\n" + BEGIN + "\n", "second"),
    ],
)
def test_a_solution_without_the_form_is_refused(broken: str, reason: str) -> None:
    with pytest.raises(BadSolution, match=reason):
        build_stub(broken)


def test_the_committed_stubs_are_up_to_date() -> None:
    folders = package_folder("solutions"), package_folder("exercises")
    assert build_all(*folders, write=False) == []


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_an_exercise_is_whole(exercise: Exercise) -> None:
    """What an author may forget: title, three different hints, statements, blanks, TODOs."""
    assert exercise.task.startswith(f"{exercise.id} ")
    assert len(exercise.title) > 5
    assert len(exercise.task.splitlines()) > 5
    assert len(set(exercise.hints)) == 3
    assert all(len(hint) > 30 for hint in exercise.hints)
    assert all(text[0] in "`" or text[0].isupper() for text in exercise.statements.values())
    assert all(text.endswith(".") for text in exercise.statements.values())
    assert all(points > 0 for points in exercise.check_points.values())
    stub = read_submission(exercise, exercise.stub).script()
    assert stub.blanks()
    assert BLANK not in exercise.task
    assert "# TODO:" in stub.source
    assert max(len(line) for line in stub.source.splitlines()) <= 100
