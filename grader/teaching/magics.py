"""What a notebook's cell holds beside Python: magics, shell commands, questions.

A file cannot run them, and an answer does not need them. They become comments, and every
line stays where it was, so that a line of the result is the same line of the cell.
"""

from __future__ import annotations

import ast
import re
import warnings

_PYTHON_BELOW = {"capture", "debug", "grade", "memit", "prun", "time", "timeit"}
"""Cell magics below which Python stands, that runs in the notebook itself."""

_TIMED = re.compile(r"(?P<before>\s*(?:[\w.,\s]+=\s*)?)%time\s+(?P<statement>[^-\s].*)")
_MAGIC = re.compile(r"\s*(?:[%!?].*|[\w.,\s]+=\s*[%!].*|[\w.]+\?{1,2}\s*)")
_TOKEN = re.compile(
    r"""
    (?P<text> \"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}(?:\\.|[^\\])*?(?:'{3}|\Z)
            | \"(?:\\.|[^\"\\\n])*\"? | '(?:\\.|[^'\\\n])*'? )
    | (?P<comment> \#[^\n]*)
    | (?P<open> [(\[{]) | (?P<close> [)\]}])
    | (?P<joined> \\\n) | (?P<end> \n)
    """,
    re.VERBOSE | re.DOTALL,
)


def plain_python(cell: str) -> str:
    """Return a cell's text with as many lines, of which none is for the notebook alone.

    `%time STATEMENT` becomes the statement. Text that is no Python for other reasons
    stays as it is: whoever runs it will say so.
    """
    text = _undented(cell.replace("\r\n", "\n").replace("\r", "\n"))
    first = next((line for line in text.split("\n") if line.strip()), "")
    if first.startswith("%%"):
        name = (first[2:].split() or [""])[0]
        if name not in _PYTHON_BELOW:
            return "\n".join(f"# {line}" for line in text.split("\n"))
        text = text.replace(first, f"# {first}", 1)
    return text if _is_python(text) else _without_magics(text)


def _undented(text: str) -> str:
    """Take the first line's indentation from all lines, as notebooks do."""
    found = re.match(r"(?:[ \t]*\n)*([ \t]+)\S", text)
    return re.sub(f"(?m)^{found[1]}", "", text) if found else text


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_magics(text: str) -> str:
    """Comment magics out. A line that begins with `%` inside a statement is none."""
    done = []
    position = 0
    while position <= len(text):
        end = _find(text, "\n", position)
        line = text[position:end]
        if timed := _TIMED.fullmatch(line):
            done.append(timed["before"] + timed["statement"])
        elif _MAGIC.fullmatch(line):
            done.append(_as_comment(line))
            while line.endswith("\\") and end < len(text):  # it goes on below
                position = end + 1
                end = _find(text, "\n", position)
                line = text[position:end]
                done.append(f"# {line}")
        else:
            end = _end_of_statement(text, position)
            done.append(text[position:end])
        position = end + 1
    return "\n".join(done)


def _find(text: str, what: str, start: int) -> int:
    found = text.find(what, start)
    return len(text) if found < 0 else found


def _as_comment(line: str) -> str:
    """Return a comment; in a block, which may hold nothing else, behind a `pass`."""
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {line.lstrip()}" if indent else f"# {line}"


def _end_of_statement(text: str, start: int) -> int:
    """Return where the statement's last line ends: no bracket or text is open there."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token.lastgroup == "open":
            depth += 1
        elif token.lastgroup == "close":
            depth = max(0, depth - 1)
        elif token.lastgroup == "end" and depth == 0:
            return token.start()
    return len(text)
