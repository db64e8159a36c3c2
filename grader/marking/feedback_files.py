"""Feedback as platforms take it back in bulk: an archive that each student's part is found in.

Moodle finds a student by the number in a folder's name, and adds whatever lies in the folder.
Canvas finds a file that it had handed out by the numbers in its name, and shows what comes back
under the name that the student gave it: so a script is answered with a script, of comments, and
a notebook with a notebook.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.files import printable, whole_binary_file
from grader.marking.briefing import brief
from grader.marking.gradebook import StudentResult
from grader.marking.marks import in_figures
from grader.marking.records import StoredVerdict, safe_name
from grader.show.terminal import as_text

PAGE = "feedback.html"
_DATE = (1980, 1, 1, 0, 0, 0)


def write_feedback(
    path: Path, platform: str, results: Iterable[StudentResult], pages: Path, *, is_brief: bool
) -> None:
    """Write an archive for Canvas or Moodle.

    Args:
        path: of the archive.
        platform: `canvas` or `moodle`.
        results: the students' results, with their pages written.
        pages: the folder with the pages.
        is_brief: whether only brief feedback is given.

    Raises:
        OSError: it cannot be written.
    """
    with (
        whole_binary_file(path) as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for result in results:
            page = pages / f"{safe_name(result.student.label)}.html"
            parts = (
                _for_moodle(result, page)
                if platform == "moodle"
                else _for_canvas(result, page, is_brief=is_brief)
            )
            for name, data in parts:
                archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)


def _for_moodle(result: StudentResult, page: Path) -> Iterator[tuple[str, bytes]]:
    number = result.participant
    if number and result.records:
        name = " ".join(result.name.replace("_", " ").replace("/", " ").split())
        yield f"{name}_{number}_assignsubmission_file_/{PAGE}", page.read_bytes()


def _for_canvas(
    result: StudentResult, page: Path, *, is_brief: bool
) -> Iterator[tuple[str, bytes]]:
    if result.student.platform != "canvas":
        return
    answered: dict[str, list[StoredVerdict]] = {}
    for id, record in result.records.items():
        answered.setdefault(result.downloads[id], []).append(record)
    for name, records in answered.items():
        text = "\n\n".join(_text(record, result, is_brief=is_brief) for record in records)
        suffix = Path(name).suffix.lower()
        if suffix == ".zip":
            yield name, _zipped(page.read_bytes())
        elif suffix == ".ipynb":
            yield name, _notebook(text)
        elif suffix == ".py":
            lines = "".join(f"# {line}".rstrip() + "\n" for line in text.split("\n"))
            yield name, lines.encode("utf-8", "replace")
        else:
            yield name, text.encode("utf-8", "replace")


def _text(record: StoredVerdict, result: StudentResult, *, is_brief: bool) -> str:
    """Return what a verdict says, and what it counts, as a terminal would show it."""
    verdict = brief(record.verdict) if is_brief else record.verdict
    mark = result.marks[record.exercise]
    counts = f"It counts {in_figures(mark.points)} of {in_figures(mark.most)} points."
    told = [printable(as_text(verdict, record.places)), *record.notes, counts]
    return "\n".join(told)


def _zipped(page: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(PAGE, _DATE), page)
    return data.getvalue()


def _notebook(text: str) -> bytes:
    """Return a notebook with a text in a cell that nothing formats or runs."""
    cell = {"cell_type": "raw", "id": "feedback", "metadata": {}, "source": text}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode(
        "utf-8", "replace"
    )
