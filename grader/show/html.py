"""A verdict as HTML, in the terminal's words: for notebooks, feedback and pages.

All of a verdict's styles are inline, and take the page's own text colour and background, so
that it reads well on light and on dark pages. Every text is escaped: much of it comes from
learners. Pages stand alone: no scripts, nothing from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

from grader.files import whole_file
from grader.verdict import MARKS, WORDS, CheckResult, CheckStatus, Outcome, Verdict

_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff }}
h1, h2, h3 {{ line-height: 1.2 }} h2 {{ margin-top: 2.5rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd;
  vertical-align: top; overflow-wrap: anywhere }}
th, td.n {{ white-space: nowrap }} td.n, th.n {{ text-align: right; width: 5.5rem }}
.bar {{ background: #3b6ea8; height: .9rem; margin-top: .3rem }} td.wide {{ width: 40% }}
.quiet {{ color: #666 }}
</style></head><body>
"""
_FOOT = "</body></html>\n"

_GREEN, _RED, _YELLOW, _MAGENTA, _CYAN = "#2a9d5c", "#df4b45", "#b8860b", "#b565c4", "#1593a5"
_COLOURS = {
    Outcome.PASSED: _GREEN,
    Outcome.FAILED: _RED,
    Outcome.NOT_ATTEMPTED: _YELLOW,
    Outcome.ERROR: _RED,
    Outcome.TIMEOUT: _RED,
    Outcome.GRADER_ERROR: _MAGENTA,
}
_MARK_COLOURS = {
    CheckStatus.PASSED: _GREEN,
    CheckStatus.FAILED: _RED,
    CheckStatus.SKIPPED: _YELLOW,
}
_TEXT = "margin-left: 1.4em; white-space: pre-wrap; overflow-wrap: anywhere"
_TABLE = (
    "margin: .2em 0 .2em 1.4em; padding: 0; border: 0; background: transparent; color: inherit; "
    "overflow-x: auto; line-height: 1.35"
)
_CODE = re.compile("`([^`\n]+)`")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Return a text that every file and page can hold: no control characters, no half pairs."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def as_html(verdict: Verdict, place: Callable[[int], str]) -> str:
    """Return a verdict as one HTML element.

    Args:
        verdict: what to show.
        place: returns in words where one of the verdict's lines stands.
    """
    colour = _COLOURS[verdict.status]
    time = "stored" if verdict.stored else f"{verdict.seconds:.1f} s"
    parts = [
        f"<div><strong>{_safe(f'{verdict.id} {verdict.title}')}</strong>&ensp;"
        f'<strong style="color: {colour}">{WORDS[verdict.status]}</strong>&ensp;'
        f"{verdict.points} of {verdict.max_points} points, {time}</div>",
        _text(verdict.message),
    ]
    parts += [_check(check, place) for check in verdict.told_checks]
    parts += [_text(f"Tip: {tip}", f"; color: {_CYAN}") for tip in verdict.tips]
    if verdict.status in {Outcome.FAILED, Outcome.ERROR, Outcome.TIMEOUT}:
        parts.append(_text(f"Stuck? `grade hint {verdict.id}`", "; opacity: .7"))
    elif verdict.status is Outcome.NOT_ATTEMPTED:
        parts.append(_text(f"The task: `grade show {verdict.id}`", "; opacity: .7"))
    style = f"border-left: 4px solid {colour}; padding: .2em 0 .2em .8em; line-height: 1.5"
    return f'<div style="{style}">\n' + "\n".join(filter(None, parts)) + "\n</div>"


def _check(check: CheckResult, place: Callable[[int], str]) -> str:
    points = ""
    if check.status is not CheckStatus.PASSED:
        points = f' <span style="opacity: .7">{check.worth}</span>'
    colour = _MARK_COLOURS[check.status]
    mark = f'<strong style="color: {colour}">{MARKS[check.status]}</strong>'
    parts = [f"<div>{mark} {with_code(check.statement)}{points}</div>"]
    if check.status is CheckStatus.FAILED:
        parts.append(_text(f"expected: {check.expected}"))
        parts.append(_text(f"got:      {check.got}"))
    parts.append(_text(check.message))
    if check.details and check.status is not CheckStatus.PASSED:
        parts.append(f'<pre style="{_TABLE}">{_safe(check.details)}</pre>')
    if check.line is not None and check.status is CheckStatus.FAILED:
        parts.append(_text(place(check.line), "; opacity: .7"))
    return "\n".join(filter(None, parts))


def _text(text: str, more_style: str = "") -> str:
    return f'<div style="{_TEXT}{more_style}">{with_code(text)}</div>' if text else ""


def with_code(text: str) -> str:
    """Return a text as HTML, with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", _safe(text))


def _safe(text: str) -> str:
    return escape(printable(text))


def write_page(path: Path, title: str, parts: Iterable[str]) -> None:
    """Write a page of its own from its parts, which are HTML.

    Raises:
        OSError: it cannot be written.
    """
    with whole_file(path) as stream:
        stream.write(_HEAD.format(title=escape(title)))
        for part in parts:
            stream.write(part + "\n")
        stream.write(_FOOT)


def write_verdicts(path: Path, verdicts: Sequence[Verdict]) -> None:
    """Write a page of several verdicts.

    Raises:
        OSError: it cannot be written.
    """
    points = sum(verdict.points for verdict in verdicts)
    most = sum(verdict.max_points for verdict in verdicts)
    parts = ["<h1>Exercises</h1>", f"<p>{points} of {most} points.</p>"]
    for verdict in verdicts:
        parts += [as_html(verdict, _lines_of(verdict)), "<br>"]
    write_page(path, "Exercises", parts)


def _lines_of(verdict: Verdict) -> Callable[[int], str]:
    return lambda line: f"{Path(verdict.file).name}:{line}"
