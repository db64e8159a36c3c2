"""A workspace as it is laid out: stubs or notebooks, a README, and settings for VS Code."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.catalogue import exercises
from grader.identity import package_folder
from grader.notebook.starter import NOTEBOOK, starter_notebook

_README = """\
# Keras exercises

Each file in `exercises/` is an exercise. Its first lines tell the task. Put your answers where
the blanks `____` are, then grade the file:

    grade next                # which exercise comes next, and in which file
    grade 2.2.1               # grade it; `grade FILE` does the same
    grade hint 2.2.1          # a nudge; --level 2 and --level 3 say more
    grade list                # all exercises, and which have passed
    grade watch               # grade each file whenever you save it
    grade reset 2.2.1         # the stub again; your file is kept beside it

A file is an ordinary script: `python FILE` runs it.

In VS Code, open this folder. With a file in front of you, Ctrl+Shift+B (on a Mac ⇧⌘B) grades it,
and F5 runs it. The first time, VS Code offers its extension for Python: F5 needs that. More is
under "Terminal", "Run Task": a hint, and the exercise that comes next.

Where `grade` is not found, activate the virtual environment that you installed it into. VS Code
uses the one that laid out this folder; `.vscode/settings.json` names it.
"""

_README_OF_NOTEBOOKS = """\
# Keras exercises

Each notebook in `exercises/` is an exercise. Open it in VS Code, JupyterLab or Colab. It tells the
task. Put your answers where the blanks `____` are, then run all cells: the one with `%grade` grades
what has been run. The last one has commands for a
hint and for the task: take the # off the one that you want.

    %grade 2.2.1              # grade the cells that have been run
    %grade hint               # a nudge; --level 2 and --level 3 say more
    %grade show               # the task and the points
    %grade next               # which exercise comes next, and in which notebook

In a terminal, these do the same with notebooks as you saved them:

    grade next                # which exercise comes next, and in which notebook
    grade 2.2.1               # grade it; `grade NOTEBOOK` does the same
    grade list                # all exercises, and which have passed
    grade reset 2.2.1         # as it was at first; your notebook is kept beside it

Where the first cell wants to install the grader, the notebook runs in another Python than the one
that you installed it into: choose that one as its kernel.
"""

_PYTHON = "${config:python.defaultInterpreterPath}"


def lay_out(folder: Path, *, notebooks: bool = False) -> tuple[int, int]:
    """Copy every stub into FOLDER, with a README and VS Code's settings beside them.

    Files that are there already are never touched.

    Args:
        folder: of the workspace.
        notebooks: whether to write a notebook for each exercise in place of its stub.

    Returns:
        how many of the stubs and pictures, or notebooks, are new, and how many were kept.

    Raises:
        OSError: the folder cannot be made or written to.
    """
    files = _notebooks() if notebooks else _stubs()
    new = kept = 0
    for name, data in files:
        if _write_new(folder / "exercises" / name, data):
            new += 1
        else:
            kept += 1
    for name, text in _files_beside(notebooks).items():
        _write_new(folder / name, text.encode())
    return new, kept


def _notebooks() -> Iterator[tuple[str, bytes]]:
    for exercise in exercises():
        name = PurePosixPath(exercise.file).with_suffix(NOTEBOOK).as_posix()
        yield name, starter_notebook(exercise)


def _stubs() -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of stubs and pictures."""
    source = package_folder("exercises")
    for chapter in sorted(path for path in source.iterdir() if path.is_dir()):
        if not chapter.name[:1].isdigit():
            continue
        for path in sorted(chapter.iterdir()):
            if path.suffix in {".py", ".png"}:
                yield f"{chapter.name}/{path.name}", path.read_bytes()


def _write_new(path: Path, data: bytes) -> bool:
    """Write a file; return whether there was none before, else it is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as stream, _whole_or_gone(path):
            stream.write(data)
            stream.flush()
    except FileExistsError:
        return False
    return True


@contextlib.contextmanager
def _whole_or_gone(path: Path) -> Iterator[None]:
    """Leave no half of a file on a full disk: the next call would take it for the learner's."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _files_beside(notebooks: bool) -> dict[str, str]:
    """Return the texts of these files by their names in the workspace."""
    extensions = ["ms-python.python", *(["ms-toolsai.jupyter"] if notebooks else [])]
    return {
        "README.md": _README_OF_NOTEBOOKS if notebooks else _README,
        ".vscode/settings.json": _json({"python.defaultInterpreterPath": sys.executable}),
        ".vscode/extensions.json": _json({"recommendations": extensions}),
        ".vscode/tasks.json": _json(_tasks()),
        ".vscode/launch.json": _json(_launch()),
    }


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _tasks() -> dict[str, object]:
    """Return tasks on the file in front; the default build task, to grade it, has a key."""
    return {
        "version": "2.0.0",
        "tasks": [
            _task("Grade this file", ["-m", "grader", "${file}"], "build"),
            _task("Run this file", ["${file}"], "test"),
            _task("A hint for this file", ["-m", "grader", "hint", "${file}"]),
            _task("Which exercise comes next", ["-m", "grader", "next"]),
        ],
    }


def _task(label: str, arguments: list[str], kind: str = "") -> dict[str, object]:
    task: dict[str, object] = {
        "label": label,
        "type": "process",
        "command": _PYTHON,
        "args": arguments,
        "options": {"cwd": "${workspaceFolder}"},
        "problemMatcher": [],
        "presentation": {"clear": True, "showReuseMessage": False},
    }
    return task | ({"group": {"kind": kind, "isDefault": True}} if kind else {})


def _launch() -> dict[str, object]:
    return {
        "version": "0.2.0",
        "configurations": [
            {
                "name": "Run this file",
                "type": "debugpy",
                "request": "launch",
                "program": "${file}",
                "cwd": "${fileDirname}",
                "console": "integratedTerminal",
            }
        ],
    }
