"""Learners' notebooks: laid out, filled in, run, and graded, in a kernel and as files."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from commands import grade as run_grade
from learner_notebooks import answers, filled, kernel_in, ran, text_of
from samples import Sample

from grader.catalogue import Exercise, exercises, find
from grader.grading.judgement import before_running
from grader.grading.pipeline import grade
from grader.notebook.assembly import Assembled
from grader.notebook.cells import assemble
from grader.notebook.starter import LOAD_CELL, starter_notebook
from grader.notebook.steps import split_solution, split_stub
from grader.processes.workers import Workers
from grader.submission import Submission, read_submission
from grader.verdict import Outcome

every_exercise = pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.id)


def _cells(data: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(data)["cells"]
    return found


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    done = run_grade("init", "course", "--notebooks", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "course"


def notebook_of(course: Path, exercise_id: str) -> Path:
    return (course / "exercises" / find(exercise_id).file).with_suffix(".ipynb")


# What is laid out


@every_exercise
def test_the_notebook_is_valid_and_holds_the_stub(exercise: Exercise) -> None:
    data = starter_notebook(exercise)
    assert data == starter_notebook(exercise)
    with warnings.catch_warnings(action="error"):
        nbformat.validate(nbformat.reads(data.decode(), as_version=nbformat.NO_CONVERT))
    task, load, *parts, graded, helps = _cells(data)
    given, steps = split_stub(exercise.stub_source)
    assert "".join(task["source"]).startswith(f"# {exercise.id} {exercise.title}\n")
    assert "".join(load["source"]) == LOAD_CELL
    assert ["".join(cell["source"]) for cell in parts] == [*([given] if given else []), *steps]
    assert "".join(graded["source"]).splitlines()[-1] == f"%grade {exercise.id}"
    assert all(line.startswith("#") for line in helps["source"]), "running all cells gives no hint"
    assert len(steps) == len(split_solution(exercise.solution.read_text("utf-8"))[1])


@every_exercise
def test_nothing_is_attempted_at_first_and_the_reference_fits_in(exercise: Exercise) -> None:
    data = starter_notebook(exercise)
    script = Submission.of_cells(exercise, assemble(data, exercise)).script()
    early = before_running(exercise, script)
    assert early is not None
    assert early.status is Outcome.NOT_ATTEMPTED
    done = Submission.of_cells(exercise, assemble(filled(exercise), exercise)).script()
    assert not done.blanks()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sampled" in metafunc.fixturenames:
        chosen = Sample.of(metafunc.config).pick(exercises(), 3, "notebooks")
        metafunc.parametrize("sampled", chosen, ids=lambda e: e.id)


def test_the_reference_in_the_blanks_passes(sampled: Exercise, workers: Workers) -> None:
    cells = [cell for cell in _cells(filled(sampled)) if cell["cell_type"] == "code"]
    answer = ran(*(("".join(cell["source"]), cell["id"]) for cell in cells)).answer(sampled)
    assert answer.not_run == []
    verdict = grade(Submission.of_cells(sampled, Assembled(answer.pieces)), workers)
    assert verdict.status is Outcome.PASSED, verdict


def test_a_picture_is_within_the_notebook() -> None:
    exercise = find("1.2.3")
    task, *_ = _cells(starter_notebook(exercise))
    (name,) = task["attachments"]
    assert f"](attachment:{name})" in "".join(task["source"])


def test_a_course_of_notebooks_has_them_in_place_of_scripts(course: Path) -> None:
    assert len(list(course.rglob("*.ipynb"))) == len(exercises())
    assert not list(course.rglob("*.py"))
    assert "notebook" in (course / "README.md").read_text("utf-8")
    done = run_grade("next", cwd=course)
    assert done.stdout.endswith("1_1_1_describing_keras.ipynb\n")
    assert done.stdout.startswith("1.1.1 ")


def test_init_adds_notebooks_beside_scripts_and_says_which_counts(workspace: Path) -> None:
    done = run_grade("init", ".", "--notebooks", cwd=workspace)
    assert "44 new notebooks" in done.stdout
    assert "`grade ID` grades scripts" in done.stdout
    assert run_grade("path", "1.1.1", cwd=workspace).stdout.endswith(".py\n")


# As files


def test_a_notebook_is_graded_as_a_file_and_counts(course: Path) -> None:
    path = notebook_of(course, "1.1.1")
    path.write_bytes(filled(find("1.1.1")))
    for words in (["1.1.1"], [str(path)]):
        done = run_grade(*words, cwd=course)
        assert done.returncode == 0, done.stderr
        assert "1.1.1 Describing Keras  PASSED" in done.stdout
    assert "✓ 1.1.1" in run_grade("list", cwd=course).stdout
    path.write_bytes(filled(find("1.1.1"), ("answer = 3", "answer = 2")))
    done = run_grade("1.1.1", cwd=course)
    assert "cell 2, line 2" in done.stdout
    (told,) = json.loads(run_grade("1.1.1", "--json", cwd=course).stdout)["exercises"]
    assert [check["place"] for check in told["checks"]] == ["cell 2, line 2"]
    assert "Stuck? `grade hint 1.1.1`" in done.stdout


def test_outputs_and_comments_do_not_make_it_another_answer(tmp_path: Path) -> None:
    exercise = find("1.1.1")
    path = tmp_path / "1_1_1.ipynb"
    document = json.loads(filled(exercise))
    path.write_text(json.dumps(document))
    before = read_submission(exercise, path)
    document["cells"][-1] |= {"execution_count": 7, "source": "# thoughts of mine"}
    path.write_text(json.dumps(document))
    assert read_submission(exercise, path).key() == before.key()
    document["cells"][-1]["source"] = "answer = 2"
    path.write_text(json.dumps(document))
    assert read_submission(exercise, path).key() != before.key()


@pytest.mark.parametrize(("text", "says"), [("{", "is not JSON"), ("", "an empty file")])
def test_a_damaged_notebook_is_told_so(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "1_1_1.ipynb"
    path.write_text(text)
    done = run_grade(str(path), cwd=tmp_path)
    assert done.returncode == 1
    assert says in done.stdout


def test_reset_brings_the_notebook_back(course: Path) -> None:
    path = notebook_of(course, "1.1.2")
    path.write_text("{}")
    done = run_grade("reset", "1.1.2", cwd=course)
    assert f"{path.name}.bak" in done.stdout
    assert path.read_bytes() == starter_notebook(find("1.1.2"))
    assert path.with_name(f"{path.name}.bak").read_text() == "{}"


# In a kernel, as JupyterLab runs it


@pytest.mark.usefixtures("kept_server")
def test_a_session_with_a_quiz(course: Path) -> None:
    path = notebook_of(course, "1.1.1")
    data = starter_notebook(find("1.1.1"))
    (step,) = answers(find("1.1.1"))
    with kernel_in(path.parent) as kernel:
        assert "NameError" in kernel.run_all(data)
        told = text_of(kernel.run("%grade", "grade-1-1-1"))
        assert "NOT ATTEMPTED" in told
        assert "There is a blank (____) left in cell 2, line 2." in told
        assert "The task: `%grade show 1.1.1`" in told
        kernel.run("answer = 2", step)
        told = text_of(kernel.run("%grade 1.1.1", "grade-1-1-1"))
        assert "NOT YET" in told
        assert "Stuck? `%grade hint 1.1.1`" in told
        hint = text_of(kernel.run("%grade hint --level 2", "help-1-1-1"))
        assert hint.startswith("Hint 2 of 3 for 1.1.1:")
        assert hint.endswith("More: `%grade hint 1.1.1 --level 3`\n")
        assert "Set `answer`" in text_of(kernel.run("%grade show", "help-1-1-1"))
        kernel.run("answer = 3", step)
        assert "PASSED" in text_of(kernel.run("%grade 1.1.1", "grade-1-1-1"))
        assert text_of(kernel.run("%grade next", "help-1-1-1")).startswith("1.1.2 ")
        assert ".ipynb" in text_of(kernel.run("%grade next", "help-1-1-1"))
    assert "✓ 1.1.1" in run_grade("list", cwd=course).stdout


@pytest.mark.by_turns
@pytest.mark.usefixtures("kept_server")
def test_a_session_with_a_model(course: Path) -> None:
    exercise = find("2.2.1")
    path = notebook_of(course, "2.2.1")
    texts = answers(exercise)
    first, *others = texts.values()
    with kernel_in(path.parent) as kernel:
        kernel.run(LOAD_CELL, "load-2-2-1")
        kernel.run(first, "step1-2-2-1")  # it fails there: nothing was imported
        told = text_of(kernel.run("%grade", "grade-2-2-1"))
        assert "UNFINISHED" in told
        assert "Steps 2 and 3 have not been run yet. What comes before that was graded." in told
        kernel.run("\n".join([first, *others]), "step1-2-2-1")
        assert "PASSED" in text_of(kernel.run("%grade", "grade-2-2-1"))

        told = kernel.run_all(filled(exercise, ('"softmax"', '"sigmoid"')))
        assert "got:      layer 4: sigmoid" in told
        assert "line 3" in told
        # the kernel's model has one layer too many then; the cells have four
        kernel.run(texts["step2-2-2-1"], "step2-2-2-1")
        (output,) = kernel.run("%grade 2.2.1", "grade-2-2-1")
        assert "PASSED" in output["data"]["text/plain"]
        assert f"of {exercise.points} points" in output["data"]["text/html"]
    assert "✓ 2.2.1" in run_grade("list", cwd=course).stdout
