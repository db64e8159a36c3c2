"""Verdicts as HTML: what it says, that texts stay texts, that everybody can read it."""

from __future__ import annotations

import html
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from sample_runs import sample_run

import grader.show
from grader.catalogue import exercises
from grader.classwork.class_folder import Problem
from grader.classwork.students import Student
from grader.marking.marks import GivenMark
from grader.marking.pages import Report
from grader.places import InFile, Line, said
from grader.show.entries import entry_of
from grader.show.html import (
    COLOURS,
    MARK_COLOURS,
    TIP_COLOUR,
    as_html,
    write_verdicts,
    write_workspace,
)
from grader.show.overview import ExerciseState
from grader.show.terminal import show_verdict
from grader.verdict import CheckResult, CheckStatus, Outcome, Tip, Verdict

ROOT = Path(grader.show.__file__).parent
TEMPLATES = sorted((ROOT / "templates").glob("*.html"))
NASTY = "\x1b[31m\x00\ud800\x9b</div></code></pre></style><script>alert(1)</script>`<img src=x>`\"'&amp;"
ENOUGH = 4.5


class InCells(InFile, frozen=True):
    """The places of a notebook with cells of ten lines."""

    def line(self, number: int, *, named: bool = False) -> str:
        return f"cell {number // 10}, line {number % 10}"

    def alone(self, number: int) -> str:
        return self.line(number)


CELLS = InCells("Your notebook", "notebook")


def _verdict(text: str = "some `words`", status: Outcome = Outcome.FAILED) -> Verdict:
    """A verdict with this text wherever there can be one."""
    passed = CheckResult("one", CheckStatus.PASSED, statement=text, max_points=2)
    failed = CheckResult(
        "two",
        CheckStatus.FAILED,
        statement=text,
        expected=text,
        got=said(text, ", made on ", Line(12)),
        message=said("See ", Line(12), f": {text}"),
        details=f"a  b\n────\n1  {text}",
        line=12,
        max_points=3,
    )
    skipped = CheckResult("three", CheckStatus.SKIPPED, statement=text, message=text, counts=False)
    return Verdict(
        "2.2.1",
        text,
        status,
        (passed, failed, skipped),
        message=said("Your file stopped on ", Line(34), f":\n    {text}"),
        tips=(Tip(text, Line(12)), Tip(text)),
        file="answers/answer.py",
        seconds=1.25,
    )


def _text_of(page: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", page))


def _terminal(verdict: Verdict, places: InFile) -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    show_verdict(verdict, console, places)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("places", [InFile("answer.py"), CELLS], ids=["file", "notebook"])
@pytest.mark.parametrize("status", Outcome)
def test_html_says_what_the_terminal_says(places: InFile, status: Outcome) -> None:
    verdict = _verdict("`<b>6</b>` & 'so on'", status)
    shown = as_html(verdict, places)
    told, terminal = _text_of(shown), _terminal(verdict, places)
    assert told.replace("`", " ").split() == terminal.replace("`", " ").split()
    assert "<b>" not in shown
    assert "<code>&lt;b&gt;6&lt;/b&gt;</code>" in shown


def test_places_are_told_as_the_file_or_the_notebook_has_them() -> None:
    in_file = _terminal(_verdict(), InFile("answer.py"))
    assert "      answer.py:12\n" in in_file
    assert "Tip: Line 12: some `words`" in in_file
    assert "made on line 12" in in_file
    in_cells = _terminal(_verdict(), CELLS)
    assert "      cell 1, line 2\n" in in_cells
    assert "Tip: Cell 1, line 2: some `words`" in in_cells
    assert "line 12" not in in_cells


def test_what_stands_in_notebooks_brings_its_styles_along() -> None:
    shown = as_html(_verdict(), CELLS)
    assert "class=" not in shown
    assert "<style" not in shown


def _write_all(folder: Path, text: str) -> list[Path]:
    """Write a page of verdicts, a student's page and the class's, with a text wherever one goes."""
    entries = [
        entry_of(sample_run(text, status, exercise_id=exercise.id), (text,), (text,))
        for status, exercise in zip(Outcome, exercises(), strict=False)
    ]
    write_verdicts(folder / "verdicts.html", entries)
    rows = [ExerciseState("2.2.1", text, text, 1, 2, text, entry) for entry in (None, entries[0])]
    write_workspace(folder / "workspace.html", rows)
    record = SimpleNamespace(verdict=_verdict(text), places=CELLS, file=text, notes=[text])
    problems = [
        Problem(text, text, text, "2.2.1"),
        Problem("", "", text),
        Problem(text, text, text, "3.1.1", graded=True),
    ]
    result: Any = SimpleNamespace(
        student=Student(text),
        records={"2.2.1": record},
        problems=problems,
        points=2,
        marks={"2.2.1": GivenMark(2, 9)},
    )
    report = Report(folder / "report", exercises())
    report.add(result)
    report.finish(problems)
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) == 4
    return pages


class _Elements(HTMLParser):
    """Notes each element with its attributes, and what has not been closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in tags]


def test_what_learners_write_is_only_ever_text(tmp_path: Path) -> None:
    plain = [_Elements(path.read_text("utf-8")) for path in _write_all(tmp_path / "plain", "ab")]
    pages = _write_all(tmp_path / "nasty", NASTY)
    for path, expected in zip(pages, plain, strict=True):
        text = path.read_text("utf-8")
        found = _Elements(text)
        assert found.open == []
        assert not {tag for tag, _ in found.found} & {"script", "iframe", "link", "object"}
        pictures = [image["src"] or "" for image in found.named("img")]
        assert all(re.fullmatch(r"data:image/png;base64,[\w+/=]*", src) for src in pictures)
        assert {tag for tag, _ in found.found} <= {tag for tag, _ in expected.found} | {"code"}
        assert not [
            name for _, attributes in found.found for name in attributes if name[:2] == "on"
        ]
        assert all(
            re.fullmatch(r"students/[\w.-]+|#[\d.]+", a["href"] or "") for a in found.named("a")
        )
        assert "alert(1)" in text
        assert not re.search("[\x00-\x08\x1b\x80-\x9f\ud800]", text)
    assert "<script" not in as_html(_verdict(NASTY), CELLS)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_leaves_a_text_unescaped(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"autoescape|\|\s*(safe|tojson|forceescape|xmlattr)|Markup", text)
    assert not re.search(
        r"<(script|link|iframe)\b|src=(?!\"data:image/png;base64,)|url\(|@import", text
    )
    # an attribute without quotes would end at a blank
    assert not re.search(r"=\{\{", text)


def test_no_html_is_put_together_in_python() -> None:
    element = re.compile(r"</?(div|p|span|strong|pre|code|table|tr|td|th|ul|li|h\d|a|html)\b[^<]*>")
    for path in [*ROOT.glob("*.py"), ROOT.parent / "marking" / "pages.py"]:
        assert not element.search(path.read_text("utf-8")), path


def test_pages_are_made_for_everybody(tmp_path: Path) -> None:
    for path in _write_all(tmp_path, "some words"):
        found = _Elements(path.read_text("utf-8"))
        assert found.named("html") == [{"lang": "en"}]
        assert len(found.named("main")) == len(found.named("h1")) == 1
        assert found.named("title").count({}) == 1, "those of drawings have ids"
        assert len(found.named("caption")) == len(found.named("table"))
        assert all(header.get("scope") in {"col", "row"} for header in found.named("th"))
        assert all(found_in.get("tabindex") == "0" for found_in in found.named("pre"))
        for name, a in found.found:
            if a.get("role") == "img" and name != "svg":
                assert a.get("aria-label")
        ids = [a["id"] for _, a in found.found if "id" in a]
        assert len(ids) == len(set(ids))
        for drawing in found.named("svg"):
            labels = (drawing.get("aria-labelledby") or "").split()
            assert drawing.get("aria-hidden") == "true" or (
                len(labels) == 2 and {*labels} <= {*ids}
            )
        assert all(image.get("alt") for image in found.named("img"))
        policies = [m["content"] for m in found.named("meta") if m.get("http-equiv")]
        assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def _channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def _contrast(text: str, page: str, opacity: float = 1.0) -> float:
    """The ratio of WCAG 2 for a text of an opacity."""

    def luminance(channels: list[float]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    behind = _channels(page)
    seen = [
        opacity * front + (1 - opacity) * back
        for front, back in zip(_channels(text), behind, strict=True)
    ]
    dark, light = sorted((luminance(seen), luminance(behind)))
    return (light + 0.05) / (dark + 0.05)


def _schemes() -> Iterator[dict[str, str]]:
    """Yield the colours of the light pages, and of the dark ones."""
    for block in re.findall(r":root \{(.*?)\}", (ROOT / "templates/base.html").read_text(), re.S):
        yield dict(re.findall(r"--(\w+): (#\w{6})", block))


def test_the_measure_of_contrast_is_right() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert _contrast("#000000", "#ffffff", 0.0) == 1


def test_texts_stand_out_from_light_and_dark_pages() -> None:
    light, dark = _schemes()
    assert set(light) == set(dark) >= {"text", "page", "quiet", "link"}
    (opacity,) = {
        float(found) for found in re.findall("opacity: ([.0-9]+)", as_html(_verdict(), CELLS))
    }
    for scheme in (light, dark):
        for name in ("text", "quiet", "link"):
            assert _contrast(scheme[name], scheme["page"]) >= ENOUGH, (name, scheme)
        assert _contrast(scheme["text"], scheme["page"], opacity) >= ENOUGH
        for name in ("fault", "tip"):
            assert _contrast(scheme[name], scheme["page"]) >= ENOUGH, (name, scheme)
        for page in ("box", "marked"):
            assert _contrast(scheme["text"], scheme[page]) >= ENOUGH, (page, scheme)
        for name in ("bar", "train", "valid", "edge"):
            assert _contrast(scheme[name], scheme["page"]) >= 3, (name, scheme)
    # JupyterLab's light and dark themes, and nbgrader's feedback
    for text, page in (("#212121", "#ffffff"), ("#ffffff", "#111111"), ("#333333", "#ffffff")):
        assert _contrast(text, page, opacity) >= ENOUGH


@pytest.mark.parametrize("colour", sorted({*COLOURS.values(), *MARK_COLOURS.values(), TIP_COLOUR}))
def test_white_stands_out_from_our_colours_and_these_from_pages(colour: str) -> None:
    assert _contrast("#ffffff", colour) >= ENOUGH
    assert _contrast(colour, "#ffffff") >= 3
    assert _contrast(colour, "#111111") >= 3


def test_a_verdicts_own_colours_are_no_colours_of_texts() -> None:
    styles = re.findall(r'style="([^"]*)"', as_html(_verdict(), CELLS))
    texts = {value for style in styles for value in re.findall(r"(?<![-\w])color: ([^;]+)", style)}
    assert texts == {"#fff", "inherit"}
    assert all("background: #" in style for style in styles if "color: #fff" in style)


def test_listing_exercises_does_not_import_jinja() -> None:
    code = (
        "import sys; sys.argv = ['grade', 'list']\n"
        "from grader.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    sys.stderr.write(str('jinja2' in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr == "False"
