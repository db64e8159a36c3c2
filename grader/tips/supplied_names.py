"""Names that a file made of a stub does not make: a grade supplies them, and Python does not."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from grader.bare import COMMON_IMPORTS, missing_names
from grader.places import Line
from grader.stubs import given_part
from grader.verdict import Tip

_SHOWN = 3


def supplied_names(tree: ast.Module, stub: str, supplied: Iterable[str]) -> Tip | None:
    """Tell of what was supplied to a file that has the stub's text; a bare answer needs no word.

    Args:
        tree: the file.
        stub: of its exercise.
        supplied: the names that the file lacked.
    """
    task = ast.get_docstring(ast.parse(stub))
    names = sorted(set(supplied) & missing_names(tree))
    if not names or task is None or ast.get_docstring(tree) != task:
        return None
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names
    ]
    one = len(names) == 1
    text = f"{_listed(f'`{name}`' for name in names)} {'is' if one else 'are'} not made in this "
    text += f"file. Here {'it was' if one else 'they were'} supplied; `python` alone would stop on "
    text += "this line."
    imports = {**COMMON_IMPORTS, **dict(_imports(given_part(stub)))}
    if needed := [f"`{imports[name]}`" for name in names if name in imports]:
        text += f" At the top of the file, {_listed(needed)} {_is_missing(needed)}."
    return Tip(text, Line(min(lines)) if lines else None)


def _is_missing(needed: list[str]) -> str:
    return "is missing" if len(needed) == 1 else "are missing"


def _imports(given: str) -> Iterator[tuple[str, str]]:
    """Yield what a given part imports by name, each with a statement of its own."""
    for node in ast.parse(given).body:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            alone = (
                ast.ImportFrom(node.module, [alias], node.level)
                if isinstance(node, ast.ImportFrom)
                else ast.Import([alias])
            )
            yield alias.asname or alias.name, ast.unparse(alone)


def _listed(texts: Iterable[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`; of many, the first ones."""
    shown = list(texts)
    if len(shown) > _SHOWN:
        shown = [*shown[:_SHOWN], f"{len(shown) - _SHOWN} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
