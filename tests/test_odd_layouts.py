"""Odd folders as platforms, systems and students really leave them: nobody in them is lost."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from quick_class import MODEL, Fake, marks_in
from small_classes import FILE, find_class, source_of, told_of

from grader.classwork.class_folder import find_submissions
from grader.marking.exports import enrol, read_exports
from grader.marking.roster import read_roster
from grader.teaching.cohort import Summary

Files = Mapping[str, str | bytes]

COPY = FILE.replace(".py", " (1).py")
MOODLE = "_assignsubmission_file_"
METADATA = """\
submission_1:
  :submitters:
  - :name: Anna
    :sid: '1'
  - :name: Ben
    :sid: '2'
submission_2:
  :submitters:
  - :name: Anna
    :sid: '3'
"""


def _zip(files: Files) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def _zip_of_windows(files: Mapping[str, str], encoding: str) -> bytes:
    """Return an archive whose names do not say in which encoding they are."""
    names = {f"{n:02}".ljust(len(name), "q"): name for n, name in enumerate(files)}
    data = _zip({plain: files[name] for plain, name in names.items()})
    for plain, name in names.items():
        data = data.replace(plain.encode(), name.encode(encoding))
    return data


LAYOUTS: dict[str, tuple[Files, dict[str, str]]] = {
    "a Mac's archives in Canvas's download": (
        {
            "ohmanna_11_901_hw.zip": _zip(
                {f"hw/{FILE}": "a", f"__MACOSX/hw/._{FILE}": "x", "hw/.DS_Store": "x"}
            ),
            f"leeben_LATE_12_902_{FILE}": "b",
            f"orrcleo_13_903_{FILE}": "old",
            f"orrcleo_13_904_{FILE[:-3]}-1.py": "c",
            "Thumbs.db": "x",
            "__MACOSX/._ohmanna": "x",
        },
        {"ohmanna (11)": "a", "leeben (12)": "b", "orrcleo (13)": "c"},
    ),
    "archives in archives": (
        {
            f"Anna Ohm_11{MOODLE}/HW.zip": _zip({"HW/inner.zip": _zip({FILE: "a"})}),
            f"Ben Lee_12{MOODLE}/HW.zip": _zip({"in.zip": _zip({"x.zip": _zip({FILE: "b"})})}),
            "Dora Poe_14_assignsubmission_onlinetext_/onlinetext.html": "see my mail",
        },
        {
            "Anna Ohm (11)": "a",
            "Ben Lee (12)": "! an archive in an archive in an archive",
            "Dora Poe (14)": "! nothing was handed in for these exercises, only onlinetext.html",
        },
    ),
    "names in DOS's encoding": (
        {
            "class.zip": _zip_of_windows(
                {f"Müller Jörg_1{MOODLE}/{FILE}": "m", f"Strauß Ägidius_2{MOODLE}/{FILE}": "s"},
                "cp850",
            )
        },
        {"Müller Jörg (1)": "m", "Strauß Ägidius (2)": "s"},
    ),
    "names in Windows's encoding": (
        {
            "class.zip": _zip_of_windows(
                {f"Lefèvre Zoé_1{MOODLE}/{FILE}": "l", f"Müßig Änne_2{MOODLE}/{FILE}": "m"},
                "cp1252",
            )
        },
        {"Lefèvre Zoé (1)": "l", "Müßig Änne (2)": "m"},
    ),
    "blanks and dots at the end": (
        {
            "class.zip": _zip(
                {f"hw/anna /{FILE}": "a", f"hw/ben./{FILE} ": "b", f"hw/cleo/{FILE}.": "c"}
            ),
        },
        {"anna": "a", "ben.": "b", "cleo": "c"},
    ),
    "the same but for a blank": (
        {f"anna/{FILE}": "a", f"anna /{FILE}": "b"},
        {"anna": "a", "anna (with a blank before or behind)": "b"},
    ),
    "second downloads": (
        {"alice.zip": _zip({FILE: "a"}), "alice (1).zip": _zip({FILE: "b"})}
        | {f"ben/{FILE}": "x = ____", f"ben/{COPY}": "c"},
        {"alice": "a", "alice (1)": "b", "ben": "c"},
    ),
    "Moodle's groups": (
        {f"Group 1_77{MOODLE}/{FILE}": "a", f"Default group{MOODLE}/{FILE}": "b"},
        {"Group 1 (77)": "a", "Default group": "b"},
    ),
    "checkpoints": (
        {
            f"anna/.ipynb_checkpoints/{FILE[:-3]}-checkpoint.ipynb": "{}",
            f"anna/{FILE}": "a",
            f"ben/.ipynb_checkpoints/{FILE[:-3]}-checkpoint.ipynb": "{}",
            "cleo/Untitled.ipynb": "{}",
        },
        {"anna": "a", "ben": "! nothing was handed in", "cleo": "! belongs to no exercise"},
    ),
    "equal names": (
        {f"smithjohn_{n}_90{n}_{FILE}": str(n) for n in (11, 12)}
        | {f"smithjohn_LATE_13_903_{FILE}": "13"},
        {f"smithjohn ({n})": str(n) for n in (11, 12, 13)},
    ),
    "very long names": (
        {f"{'x' * 200}{n}/{FILE}": str(n) for n in range(2)}
        | {f"anna/{'y' * 180}/{'z' * 180}/{FILE}": "a", f"ben/1_1_1_{'k' * 240}.py": "b"},
        {f"{'x' * 200}{n}": str(n) for n in range(2)} | {"anna": "a", "ben": "b"},
    ),
    "Teams's versions": (
        {f"Submitted files/Anna Ohm/Quiz/Version {n}/{FILE}": str(n) for n in (2, 9, 10)}
        | {f"Submitted files/Ben Lee/Quiz/Version 1/{FILE}": "b"},
        {"Anna Ohm": "10", "Ben Lee": "b"},
    ),
    "Drive's parts": (
        {
            "drive-download-20261001T101010Z-001.zip": _zip(
                {f"Anna Ohm - {FILE}": "a", f"Ben Lee - {FILE}": "b"}
            ),
            "Quiz-20261001T101010Z-1-002.zip": _zip(
                {f"Quiz/Cleo Orr - {FILE}": "c", "Quiz/Dora - notes.gdoc": "x"}
            ),
        },
        {
            "Anna Ohm": "a",
            "Ben Lee": "b",
            "Cleo Orr": "c",
            "Quiz/Dora - notes.gdoc": "! is a .gdoc file",
        },
    ),
    "empty ones": (
        {
            f"anna/{FILE}": "",
            "ben/.DS_Store": "x",
            "cleo/sub/.gitkeep": "",
            "eve.zip": _zip({}),
            "fred.zip": b"",
        },
        {
            "anna": "",
            "ben": "! nothing was handed in",
            "cleo": "! nothing was handed in",
            "eve": "! nothing was handed in",
            "fred": "! no zip archive",
        },
    ),
    "Blackboard's attempts": (
        {
            f"gradebook_2026_HW1_b_lee_attempt_2026-10-0{n}-11-10-30_hw.zip": _zip({FILE: str(n)})
            for n in (1, 2)
        }
        | {
            "gradebook_2026_HW1_b_lee_attempt_2026-10-02-11-10-30.txt": "Name: Ben Lee (b_lee)\n",
            f"gradebook_2026_HW1_a.ohm_attempt_2026-10-01-11-10-30_{FILE}": "a",
        },
        {"Ben Lee (b_lee)": "2", "a.ohm (a.ohm)": "a"},
    ),
    "Gradescope's groups": (
        {
            "assignment_1_export/submission_metadata.yml": METADATA,
            f"assignment_1_export/submission_1/{FILE}": "a",
            f"assignment_1_export/submission_2/{FILE}": "c",
        },
        {"Anna (1)": "a", "Ben (2)": "a", "Anna (3)": "c"},
    ),
}
"""What lies there; each student's answer, or `!` and what is said in its place."""


def _put(root: Path, files: Files) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_is_there_comes_out(root: Path, layout: str) -> None:
    files, expected = LAYOUTS[layout]
    _put(root, files)
    found = find_class(root)
    answers = {who: text for who, text in expected.items() if not text.startswith("!")}
    assert source_of(found) == answers
    told = told_of(found)
    assert told.keys() == expected.keys() - answers.keys()
    for who in told:
        assert expected[who].removeprefix("! ") in told[who]


def test_links_are_told_and_nobody_gets_anothers_work(root: Path) -> None:
    _put(root, {f"anna/{FILE}": "a"})
    for who in ("ben", "dora"):
        (root / who).mkdir()
    (root / "ben" / FILE).symlink_to(root / "anna" / FILE)
    (root / "cleo").symlink_to(root / "anna")
    (root / "dora" / "work").symlink_to(root / "anna")
    (root / "eve.zip").symlink_to("/nowhere")
    found = find_class(root)
    assert source_of(found) == {"anna": "a"}
    told = told_of(found)
    assert told.keys() == {"ben", "cleo", "dora", "eve"}
    assert all("is a link" in what for what in told.values())


def test_a_second_download_is_pointed_at(root: Path) -> None:
    _put(root, LAYOUTS["second downloads"][0])
    notes = [(one.student, one.what) for one in find_class(root).problems if one.in_doubt]
    assert notes == [("alice (1)", "may be alice once more, as browsers call a second download")]


def test_the_class_of_odd_names_is_written_whole(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    """Marks, pages and verdicts of each, though no system has files of such names."""
    wanted: dict[str, str] = {}
    for layout in ("the same but for a blank", "very long names", "blanks and dots at the end"):
        files, expected = LAYOUTS[layout]
        if "class.zip" in files:
            files = {"ben./" + FILE: "b", "cleo/" + FILE + ".": "c"}
            expected = {"ben.": "b", "cleo": "c"}
        _put(tmp_path / "class", files)
        wanted |= expected
    summary = run("1.1.1")
    assert summary.complete
    assert marks_in(tmp_path / "out" / "gradebook.csv").keys() == wanted.keys()
    pages = [path.name.casefold() for path in (tmp_path / "out/report/students").iterdir()]
    assert len(set(pages)) == len(pages) == len(wanted)
    assert run("1.1.1").known == len(wanted)


# --- rosters


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_rosters_of_each_form(tmp_path: Path, between: str, encoding: str, first: str) -> None:
    rows = ["Name|E-Mail", "Müller, Anna|a@x.org", "Ben Lee|b@x.org", "Cleo Orr|c@x.org", "|"]
    lines = [
        between.join(f'"{cell}"' if "," in cell else cell for cell in row.split("|"))
        for row in rows
    ]
    text = first.format(between) + "\r\n".join(lines) + "\r\n\r\n"
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    (tmp_path / "class").mkdir()
    _put(tmp_path / "class", {f"Anna Müller/{FILE}": "a", f"Eve/{FILE}": "e"})
    work = find_class(tmp_path / "class")
    attendance = enrol(work, read_roster(tmp_path / "roster.csv"), None)
    assert [entry.email for entry in attendance.missing] == ["b@x.org", "c@x.org"]
    assert attendance.strangers == {"Eve": "is not on the roster"}
    assert len(work.students) == 4


def _worksheet(path: Path, group: str) -> Path:
    headings = ["Identifier", "Full name", "Group", "Grade", "Last modified (grade)"]
    names = {11: "Anna Ohm", 12: "Ben Lee", 77: "Cleo Orr"}
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        table = csv.writer(stream)
        table.writerow(headings)
        for number, name in names.items():
            theirs = "Default group" if number == 77 else group
            table.writerow([f"Participant {number}", name, theirs, "", "-"])
    return path


def test_moodles_groups_are_those_whom_the_worksheet_names(
    tmp_path: Path, fake: Fake, run: Callable[..., Summary]
) -> None:
    _put(tmp_path / "class", {f"Group 1_77{MOODLE}/{MODEL}": "right"})
    _put(tmp_path / "class", {f"Default group{MOODLE}/{MODEL}": "wrong"})
    roster = _worksheet(tmp_path / "sheet.csv", "Group 1")
    exports = read_exports(["moodle"], roster, "x")
    assert run("2.2.1", exports=exports).complete
    with (tmp_path / "out" / "moodle.csv").open(encoding="utf-8", newline="") as stream:
        marks = {row["Full name"]: row["Grade"] for row in csv.DictReader(stream)}
    assert marks == {"Anna Ohm": "9", "Ben Lee": "9", "Cleo Orr": "8"}
    assert len(fake.graded) == 2
    page = next((tmp_path / "out/report/students").glob("anna*")).read_text("utf-8")
    assert "Handed in by Group 1 together with Ben Lee." in page


def test_a_groups_marks_go_to_nobody_who_has_its_number(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    _put(tmp_path / "class", {f"Group 1_77{MOODLE}/{FILE}": "a", f"Lee_12{MOODLE}/{FILE}": "b"})
    (tmp_path / "copies").mkdir()
    work = find_submissions(tmp_path / "class", tmp_path / "copies")
    found = enrol(work, read_roster(_worksheet(tmp_path / "sheet.csv", "")), None)
    assert {label: entry.name for label, entry in found.entries.items() if label == "Lee (12)"}
    assert "Group 1 (77)" not in found.entries
    assert "Cleo Orr" in found.strangers["Group 1 (77)"]
