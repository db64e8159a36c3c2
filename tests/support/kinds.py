"""The kinds of mistakes, what is said of each, and the table of them that a person reads.

`cases/kinds.json` has the mistakes: bodies that stand after the given part of an exercise. What
is `said` of each is written by `pytest tests/test_kinds.py --full --write-golden -n 0`; `judged` is
filled in by somebody who has not written the words, and is emptied where they change.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from untaught import untaught
from words import tips_of, words_of_check

from grader.catalogue import find
from grader.places import render
from grader.stubs import given_part
from grader.tips.idioms import static_tips
from grader.tips.renamed import ARGUMENTS, METHODS_OF_MODELS
from grader.verdict import CheckStatus, Verdict

CASES = Path(__file__).parent.parent / "cases"
TABLE = CASES / "KINDS.md"
TRAININGS = 10
"""The point whose mistakes are kinds of `support/untaught.py`."""

_FILE = CASES / "kinds.json"

_HEAD = """\
# Mistakes, and what is said of them

Written by `pytest tests/test_kinds.py --full --write-golden -n 0`; do not edit it by hand. The last
column is the verdict of a second reader, from `kinds.json`: it is empty where nobody has read the
words as they are now. Digits behind a decimal point are shown as `#`.
"""


def mistakes() -> list[dict[str, Any]]:
    """Return the mistakes, in the order of the file."""
    found: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))
    return found


def source_of(row: dict[str, Any]) -> str:
    """Return the whole file of a mistake; a training's is the reference with a fault in it."""
    if row["point"] == TRAININGS:
        return untaught(row["exercise"], row["kind"])
    given = given_part(find(row["exercise"]).stub_source)
    return f"{given}\n{row['body']}"


def write(rows: list[dict[str, Any]]) -> None:
    """Keep the mistakes, and the table of them."""
    _FILE.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    TABLE.write_text(table(rows), "utf-8")


def said_of(verdict: Verdict, row: dict[str, Any]) -> list[str]:
    """Return what a learner is told of a mistake: the error, the tips, the checks that failed.

    Trained numbers differ from machine to machine: of trainings none is kept.
    """
    told = []
    if verdict.status == "error":
        message = render(verdict.message, verdict.places).strip()
        told.append(
            next(iter(re.findall(r"^(\w+(?:Error|Quit)\b)", message, re.MULTILINE)), "stops")
        )
    else:
        told.append(str(verdict.status.value))
    told += tips_of(verdict)
    told += [
        f"{check.name}: {words_of_check(check, verdict.places)}"
        for check in verdict.checks
        if check.status is CheckStatus.FAILED
    ]
    # the arguments of a probe are drawn for each run
    told = [re.sub(r"\b(create_model)\([^()]*\)", r"\1(…)", text) for text in told]
    told = [re.sub(r"(?<![\d.])(\d+\.)\d+(?!\.?\d)", r"\1#", text) for text in told]
    return [trained(text) for text in told] if row["point"] == TRAININGS else told


def trained(text: str) -> str:
    """Return a text with a # for each of its numbers."""
    return re.sub(r"\d+(\.[\d#]+)?(e[+-]?\d+)?", "#", text)


def old_names() -> list[tuple[str, str]]:
    """Return a call for each old argument, and what is said of it."""
    found = []
    for owner, arguments in ARGUMENTS.items():
        for name in arguments:
            call = f"{'model.' if owner in METHODS_OF_MODELS else ''}{owner}({name}=…)"
            tips = static_tips(ast.parse(call.replace("…", "1")))
            found.append((call, " ".join(str(tip.text) for tip in tips)))
    return found


def table(rows: list[dict[str, Any]]) -> str:
    """Return the table, as Markdown."""
    parts = [_HEAD]
    for point in sorted({row["point"] for row in rows}):
        parts += [
            f"\n## Point {point}\n",
            "| kind | mistake | what is said | who is right |",
            "|---|---|---|---|",
        ]
        for row in rows:
            if row["point"] == point:
                code = f"{row['exercise']}: {_code(row['body'])}"
                parts.append(
                    f"| {row['kind']} | {code} | {'<br>'.join(map(_cell, row['said']))} "
                    f"| {_cell(row['judged'])} |"
                )
    parts += ["\n## Point 7: old spellings\n", "| mistake | what is said |", "|---|---|"]
    parts += [f"| {_code(call)} | {_cell(said)} |" for call, said in old_names()]
    return "\n".join(parts) + "\n"


def _code(body: str) -> str:
    return "<br>".join(f"<code>{_cell(line)}</code>" for line in body.splitlines() if line)


def _cell(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("|", "\\|").replace("\n", "<br>").replace("  ", "&nbsp; ")
