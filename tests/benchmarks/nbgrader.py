"""What one more submission costs `nbgrader autograde`: with keras-grader, and with nbgrader alone.

    python tests/benchmarks/nbgrader.py [--runs 3] [--few 2] [--many 8] [ID ...]

Both grade the same notebooks, one per submission, all of them right. nbgrader alone runs each
in a kernel, as it does by default, with plain asserts as tests, which look at less than our
checks do. Each is timed with few and with many submissions: the difference, by the number of
submissions more, is what one costs. Rounds take turns, so that a machine that slows down
meanwhile slows down both. Shown are medians in seconds of wall-clock time, and their ratio.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rich.console import Console
from rich.table import Table

from grader.catalogue import Exercise, find
from grader.notebook.steps import LOAD
from grader.stubs import BEGIN, END
from grader.teaching.nbgrader_course import CONFIG, lay_out_course
from grader.teaching.notebooks import lesson_name, notebook_name

ASSERTS = {
    "2.2.1": (
        "assert model.input_shape == (None, 2)\n"
        "assert [layer.units for layer in model.layers] == [128, 64, 32, 4]\n"
        "assert model.layers[-1].activation.__name__ == 'softmax'\n"
        "assert model.optimizer.name == 'adam'\n"
        "assert model.loss == 'categorical_crossentropy'\n"
    ),
    "2.1.3": (
        "assert abs(model.evaluate(X_test, y_test, verbose=0)[1] - accuracy) < 1e-4\n"
        "assert accuracy > 0.7\n"
    ),
    "2.2.3": (
        "assert abs(model.evaluate(coord_test, competitors_test, verbose=0)[1] - accuracy) < 1e-4\n"
        "assert accuracy > 0.7\n"
    ),
}
KINDS = ("keras-grader", "nbgrader alone")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("ids", nargs="*", default=["2.2.1", "2.1.3"], help=", ".join(ASSERTS))
    parser.add_argument("--runs", type=int, default=3, help="rounds; medians are shown")
    parser.add_argument("--few", type=int, default=2, help="submissions")
    parser.add_argument("--many", type=int, default=8, help="submissions")
    arguments = parser.parse_args()
    if unknown := set(arguments.ids) - set(ASSERTS):
        parser.error(f"no asserts for {', '.join(sorted(unknown))}; there are {', '.join(ASSERTS)}")
    if not 0 < arguments.few < arguments.many:
        parser.error("--few must be less than --many")
    table = Table(title=f"Seconds for one more submission, medians of {arguments.runs}")
    for heading in ("exercise", *KINDS, "ratio", *(f"{kind}, first" for kind in KINDS)):
        table.add_column(heading, justify="left" if heading == "exercise" else "right")
    for exercise in map(find, arguments.ids):
        with tempfile.TemporaryDirectory() as folder:
            table.add_row(exercise.id, *_row(exercise, Path(folder), arguments))
    console = Console(width=110)
    console.print(table)
    packages = ", ".join(f"{name} {version(name)}" for name in ("nbgrader", "keras", "tensorflow"))
    console.print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {packages}")


def _row(exercise: Exercise, folder: Path, arguments: argparse.Namespace) -> list[str]:
    for kind in KINDS:
        for count in (arguments.few, arguments.many):
            _prepare(folder / kind / str(count), exercise, count, plain=kind == KINDS[1])
    more: dict[str, list[float]] = {kind: [] for kind in KINDS}
    first: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(arguments.runs):
        for kind in KINDS:
            few = _seconds(folder / kind / str(arguments.few), exercise)
            many = _seconds(folder / kind / str(arguments.many), exercise)
            one = (many - few) / (arguments.many - arguments.few)
            more[kind].append(one)
            first[kind].append(few - one * (arguments.few - 1))
    medians = {kind: statistics.median(more[kind]) for kind in KINDS}
    return [
        *(f"{medians[kind]:.2f}" for kind in KINDS),
        f"{medians[KINDS[0]] / medians[KINDS[1]]:.3f}",
        *(f"{statistics.median(first[kind]):.1f}" for kind in KINDS),
    ]


def _prepare(course: Path, exercise: Exercise, count: int, *, plain: bool) -> None:
    """Lay out a course with one notebook in one lesson, release it, hand in COUNT answers."""
    lesson = lesson_name(exercise.lesson)
    lay_out_course(course)
    source = course / "source" / lesson
    for path in source.iterdir():
        if path.name != notebook_name(exercise):
            path.unlink()
    path = source / notebook_name(exercise)
    if plain:
        (course / CONFIG).write_text("c = get_config()\nc.ExecutePreprocessor.timeout = 900\n")
        notebook = nbformat.read(path, 4)
        for cell in notebook.cells:
            cell.source = cell.source.removeprefix(LOAD).strip()
        notebook.cells[-1].source = ASSERTS[exercise.id]
        nbformat.write(notebook, path)
    answer: NotebookNode = nbformat.read(path, 4)
    _nbgrader(course, "generate_assignment", lesson)
    for cell in answer.cells:
        lines = [line for line in cell.source.splitlines() if line.strip() not in {BEGIN, END}]
        cell.source = "\n".join(lines)
    for number in range(count):
        target = course / "submitted" / f"student{number}" / lesson / path.name
        target.parent.mkdir(parents=True)
        nbformat.write(answer, target)


def _seconds(course: Path, exercise: Exercise) -> float:
    started = time.perf_counter()
    _nbgrader(course, "autograde", lesson_name(exercise.lesson), "--force")
    seconds = time.perf_counter() - started
    grades = course / "grades.csv"
    _nbgrader(course, "export")
    rows = [line.split(",") for line in grades.read_text().splitlines()]
    score, most = rows[0].index("score"), rows[0].index("max_score")
    if any(row[score] != row[most] for row in rows[1:]):
        sys.exit(f"not all right answers got full marks:\n{grades.read_text()}")
    return seconds


def _nbgrader(course: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        sys.exit(f"nbgrader {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")


if __name__ == "__main__":
    main()
