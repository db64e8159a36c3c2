"""Reading a notebook that somebody handed in: nothing in it is as one would wish.

Only what grading needs is taken over: the cells' kinds, texts and ids, and of nbgrader's
metadata the plain values. The rest (outputs, other metadata) is left behind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from grader.files import printable

MAX_NOTEBOOK_BYTES = 100_000_000
MAX_CELLS = 2_000
MAX_CHARACTERS = 300_000
"""To show 10 million of them in feedback, nbgrader took ten minutes and 10 GB of memory."""

UNREADABLE = "keras_grader_unreadable"
"""Where the metadata of a notebook say why the file that it stands for could not be read."""

_KINDS = {"code", "markdown", "raw"}
_NBGRADER_KEYS = (
    "cell_type", "checksum", "grade", "grade_id", "locked", "points", "schema_version",
    "solution", "task",
)  # fmt: skip
_LONGEST_VALUE = 200
_LONGEST_REASON = 500


class UnreadableNotebook(Exception):
    """It is no notebook, or far too large for one. Says why."""


Facts = dict[str, str | int | float | bool]
"""The plain values of a cell's nbgrader metadata."""


@dataclass(frozen=True)
class SubmittedCell:
    """A cell of a submitted notebook."""

    kind: str
    """`code`, `markdown` or `raw`."""
    text: str
    nbgrader: Facts
    id: str = ""


@dataclass(frozen=True)
class SubmittedNotebook:
    """A submitted notebook."""

    cells: list[SubmittedCell]
    unreadable: str = ""
    """Why the file it stands for could not be read, where that is so."""


def read_notebook(data: bytes) -> SubmittedNotebook:
    """Return what a notebook file holds.

    Raises:
        UnreadableNotebook: see there.
    """
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise UnreadableNotebook(
            f"The notebook has {len(data) / 1e6:.0f} MB. Above "
            f"{MAX_NOTEBOOK_BYTES // 1_000_000} MB none is graded. Clear its outputs."
        )
    document = _parsed(data)
    cells = _cells_of(document)
    if len(cells) > MAX_CELLS:
        raise UnreadableNotebook(
            f"The notebook has {len(cells)} cells. Above {MAX_CELLS} none is graded."
        )
    found = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    size = sum(len(cell.text) for cell in found)
    if size > MAX_CHARACTERS:
        raise UnreadableNotebook(
            f"The notebook holds {size:,} characters of code and text. An answer is a few lines "
            f"of Python; above {MAX_CHARACTERS:,} none is graded."
        )
    metadata = document.get("metadata")
    why = metadata.get(UNREADABLE) if isinstance(metadata, dict) else None
    return SubmittedNotebook(
        found,
        printable(why[:_LONGEST_REASON]) if isinstance(why, str) else "",
    )


def _parsed(data: bytes) -> dict[str, object]:
    if not data.strip():
        raise UnreadableNotebook("The notebook is an empty file.")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableNotebook("The notebook is not UTF-8 text, so it is none.") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableNotebook(
            f"The notebook is not JSON, so Jupyter cannot open it either ({error})."
        ) from None
    if not isinstance(found, dict):
        raise UnreadableNotebook("The file holds JSON, but no notebook.")
    return found


def _cells_of(document: dict[str, object]) -> list[object]:
    cells = document.get("cells")
    if cells is None and "worksheets" in document:  # the format of before 2014
        try:
            import nbformat
        except ImportError:  # learners need none
            raise UnreadableNotebook(
                "The notebook has the format of before 2014. Open it in Jupyter and save it anew."
            ) from None
        try:
            cells = nbformat.reads(json.dumps(document), as_version=4).cells
        except Exception:  # it fails in as many ways as a file can be wrong
            raise UnreadableNotebook("The notebook has an old format and is damaged.") from None
    if not isinstance(cells, list):
        raise UnreadableNotebook("The file holds JSON, but no notebook: it has no cells.")
    return cells


def _cell(cell: dict[str, object]) -> SubmittedCell:
    kind, source, metadata = cell.get("cell_type"), cell.get("source"), cell.get("metadata")
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    nbgrader = {
        key: value
        for key, value in (found.items() if isinstance(found, dict) else ())
        if key in _NBGRADER_KEYS and isinstance(value, str | int | float)
        if not isinstance(value, str) or len(value) <= _LONGEST_VALUE
    }
    known = isinstance(kind, str) and kind in _KINDS
    id_ = cell.get("id")
    return SubmittedCell(
        str(kind) if known else "raw",
        printable(text),
        nbgrader,
        id_ if isinstance(id_, str) and len(id_) <= _LONGEST_VALUE else "",
    )
