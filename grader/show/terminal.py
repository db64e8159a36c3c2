"""Showing verdicts: in the terminal, and as the JSON document."""

from __future__ import annotations

import io
import json

from rich.console import Console
from rich.text import Text

from grader import __version__
from grader.identity import versions
from grader.places import Places, Said, render
from grader.show.exhibits import show_figures, show_printed
from grader.show.paragraphs import indented
from grader.verdict import (
    MARKS,
    SCHEMA,
    WORDS,
    CheckResult,
    CheckStatus,
    Outcome,
    Verdict,
    capital,
)

_HEADING_STYLES = {
    Outcome.PASSED: "bold green",
    Outcome.FAILED: "bold red",
    Outcome.NOT_ATTEMPTED: "bold yellow",
    Outcome.UNFINISHED: "bold yellow",
    Outcome.ERROR: "bold red",
    Outcome.TIMEOUT: "bold red",
    Outcome.GRADER_ERROR: "bold magenta",
}
_COLUMNS = 80
_MARK_STYLES = {
    CheckStatus.PASSED: "green",
    CheckStatus.FAILED: "red",
    CheckStatus.SKIPPED: "yellow",
}


def to_json(verdicts: list[Verdict], *, ascii_only: bool = False) -> str:
    """Return the document that `grade --json` prints; half pairs are always escaped."""
    document = {
        "schema": SCHEMA,
        "grader": __version__,
        "versions": versions(),
        "exercises": [verdict.to_json() for verdict in verdicts],
    }
    text = json.dumps(document, indent=2, ensure_ascii=ascii_only)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def show_verdict(
    verdict: Verdict,
    console: Console,
    places: Places | None = None,
    *,
    whole_output: bool = False,
    with_keys: bool = False,
    brief: bool = False,
    picture_rows: int | None = None,
) -> None:
    """Print one verdict: every check, what failed and why, tips, and what to do next.

    Args:
        verdict: what to show.
        console: where.
        places: how places are told; as a file's lines unless given.
        whole_output: whether to show all that the file printed, however much it is.
        with_keys: whether keys are listened to, h for a hint and t for the task.
        brief: whether to count the checks that passed in one line, to leave out what the file
            printed, and to name figures only.
        picture_rows: how many rows all figures may take together; if None, half of them each.
    """
    where = places or verdict.places
    heading = Text()
    heading.append(f"{verdict.id} {verdict.title}", "bold")
    heading.append("  ")
    heading.append(WORDS[verdict.status], _HEADING_STYLES[verdict.status])
    heading.append(f"  {verdict.points} of {verdict.max_points} points, ")
    heading.append("stored" if verdict.stored else f"{verdict.seconds:.1f} s")
    console.print(heading)
    if verdict.message:
        indented(render(verdict.message, where), 2, console)
    tips = [f"Tip: {capital(render(tip.words, where))}" for tip in verdict.tips]
    if verdict.stopped:  # what it means comes right below
        show_tips(tips, console)
    checks = verdict.told_checks
    if brief and (passed := [one for one in checks if one.status is CheckStatus.PASSED]):
        mark = Text.assemble("  ", (MARKS[CheckStatus.PASSED], "green"), " ")
        indented(f"{len(passed)} of {len(verdict.checks)} checks passed.", 4, console, first=mark)
        checks = tuple(one for one in checks if one not in passed or one.message)
    for check in checks:
        _show_check(check, where, console)
    if verdict.unreached:
        mark = Text.assemble("  ", (MARKS[CheckStatus.SKIPPED], "yellow"), " ")
        indented(verdict.unreached, 4, console, first=mark)
    if verdict.stored:
        indented(
            f"Your {where.noun} has not changed since. `--fresh` grades it anew.", 2, console, "dim"
        )
    if not verdict.stopped:
        show_tips(tips, console)
    if not brief:
        show_printed(verdict, console, whole_output=whole_output)
    show_figures(verdict, where, console, 0 if brief else picture_rows)
    if verdict.status in {Outcome.FAILED, Outcome.ERROR, Outcome.TIMEOUT, Outcome.UNFINISHED}:
        command = f"`{where.command} hint {verdict.id}`"
        way = "Press h for a hint." if with_keys else command
        indented(f"Stuck? {way}", 2, console, "dim")
    elif verdict.status is Outcome.NOT_ATTEMPTED:
        command = f"The task: `{where.command} show {verdict.id}`"
        indented("Press t for the task." if with_keys else command, 2, console, "dim")
    console.print()


def show_tips(tips: list[str], console: Console) -> None:
    """Print tips, each in a paragraph of its own."""
    for tip in tips:
        indented(tip, 2, console, "cyan")


def _show_check(check: CheckResult, places: Places, console: Console) -> None:
    def told(text: Said, columns: int, first: Text | None = None) -> None:
        indented(render(text, places), columns, console, first=first)

    first = Text.assemble("  ", (MARKS[check.status], _MARK_STYLES[check.status]), " ")
    worth = "" if check.status is CheckStatus.PASSED else check.worth
    indented(check.statement, 4, console, first=first, last=Text(worth, "dim"))
    if check.status is CheckStatus.PASSED:
        if check.message:
            told(check.message, 6)
        return
    if check.status is CheckStatus.FAILED and check.compares:
        told(check.expected, 16, Text("      expected: "))
        told(check.got, 16, Text("      got:      "))
    if check.message:
        told(check.message, 6)
    if check.details:
        told(check.details, 6)
    if check.line is not None and check.status is CheckStatus.FAILED:
        indented(places.alone(check.line), 6, console, "dim")


def show_summary(verdicts: list[Verdict], console: Console) -> None:
    """Print how many of several exercises passed, per chapter and in all."""
    if len(verdicts) < 2:
        return
    for chapter in sorted({verdict.id.split(".")[0] for verdict in verdicts}):
        these = [verdict for verdict in verdicts if verdict.id.split(".")[0] == chapter]
        passed = sum(verdict.status is Outcome.PASSED for verdict in these)
        points = sum(verdict.points for verdict in these)
        most = sum(verdict.max_points for verdict in these)
        console.print(
            Text(f"Chapter {chapter}: {passed} of {len(these)} passed, {points} of {most} points"),
        )


def as_text(verdict: Verdict, places: Places) -> str:
    """Return what the terminal would show of a verdict, on 80 columns."""
    shown = io.StringIO()
    console = Console(file=shown, width=_COLUMNS, color_system=None, force_jupyter=False)
    show_verdict(verdict, console, places)
    return shown.getvalue().rstrip()
