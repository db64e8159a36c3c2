"""The cells that a kernel has run, as an answer: in the notebook's order, and what is missing."""

from __future__ import annotations

from learner_notebooks import answers, ran

from grader.catalogue import find
from grader.notebook.run_cells import RunCells
from grader.notebook.starter import LOAD_CELL
from grader.notebook.steps import split_stub

EXERCISE = find("2.2.1")
GIVEN, _ = split_stub(EXERCISE.stub_source)
ONE, TWO, THREE = answers(EXERCISE).values()


def texts(noted: RunCells) -> list[str]:
    return [piece.text for piece in noted.answer(EXERCISE).pieces]


def test_the_notebooks_order_counts_whichever_cell_was_run_first() -> None:
    for ids in (["step2-2-2-1", "step1-2-2-1", "given-2-2-1"], ["", "", ""]):  # some tell none
        noted = ran(*zip([TWO, ONE, GIVEN], ids, strict=True))
        assert texts(noted) == [GIVEN, ONE, TWO]


def test_a_cell_of_ones_own_stays_behind_the_one_before_it() -> None:
    own = "model.summary()"
    noted = ran((ONE, "step1-2-2-1"), (own, "x"), (TWO, "step2-2-2-1"), (GIVEN, "given-2-2-1"))
    assert texts(noted) == [GIVEN, ONE, own, TWO]


def test_steps_that_were_not_run_are_known() -> None:
    nothing = ran((LOAD_CELL, "load-2-2-1"), ("%grade 2.2.1", "grade-2-2-1")).answer(EXERCISE)
    assert (nothing.pieces, nothing.not_run) == ([], [1, 2, 3])
    assert not nothing.may_be_whole
    half = ran((GIVEN, ""), (ONE, "")).answer(EXERCISE)
    assert half.not_run == [2, 3]
    assert [piece.cell for piece in half.with_blanks] == ["cell 1", "cell 2", "step 2", "step 3"]
    blank = ran((GIVEN, ""), ("\n".join([*ONE.split("\n")[:2], "____"]), "")).answer(EXERCISE)
    assert blank.not_run == [2, 3]
    assert not blank.may_be_whole


def test_an_answer_in_fewer_cells_may_be_whole() -> None:
    own = ran((GIVEN, ""), ("model = build()", "")).answer(EXERCISE)
    assert own.not_run == [], "nobody can tell which steps that cell holds"
    first = ran(("\n".join([ONE, TWO.split("\n")[-1], THREE.split("\n")[-1]]), "step1-2-2-1"))
    assert first.answer(EXERCISE).not_run == [2, 3]
    assert first.answer(EXERCISE).may_be_whole
    together = ran(("\n".join([ONE, TWO, THREE]), "step1-2-2-1"))
    assert together.answer(EXERCISE).not_run == []


def test_steps_with_the_same_text_both_count() -> None:
    exercise = find("1.3.3")
    cells = [(text, name) for name, text in answers(exercise).items()]
    assert [piece.text for piece in ran(*cells).answer(exercise).pieces] == [t for t, _ in cells]


def test_the_exercise_is_known_by_ids_and_by_what_was_typed() -> None:
    assert ran(("x = 1", "step1-2-2-1")).exercise() == EXERCISE
    assert ran(("%grade hint 2.2.1 --level 2", ""), ("x = 1", "")).exercise() == EXERCISE
    assert ran(("x = 1", "some-7"), ("%grade 9.9.9", "")).exercise() is None


def test_steps_that_failed_are_not_taken_for_each_other() -> None:
    """All cells of an untouched notebook were run, and each blank is an error."""
    exercise = find("1.2.1")
    _, steps = split_stub(exercise.stub_source)
    noted = ran(*((step, "") for step in steps), failed=4)
    answer = noted.answer(exercise)
    assert (answer.not_run, [piece.text for piece in answer.pieces]) == ([], steps)
    mended = steps[1].replace("____", "model.add(Dense(10, activation='relu'))")
    answer = ran(*((step, "") for step in (*steps, mended)), failed=4).answer(exercise)
    assert [piece.text for piece in answer.pieces] == [steps[0], mended, *steps[2:]]
