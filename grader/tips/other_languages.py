"""What R, Java and JavaScript have, written in a file of Python: what Python has in its place."""

from __future__ import annotations

import ast
import re

from grader.tips.failure import Failure
from grader.verdict import Tip

_NAMES = {
    "TRUE": "Python's is `True`",
    "FALSE": "Python's is `False`",
    "true": "Python's is `True`",
    "false": "Python's is `False`",
    "NULL": "Python's is `None`",
    "null": "Python's is `None`",
    "undefined": "Python's is `None`",
    "nil": "Python's is `None`",
    "library": "in Python, `import` loads a module",
    "c": "in Python, a list stands in brackets: `[1, 2, 3]`",
    "length": "Python's is `len`",
    "nrow": "of a table, Python has `len(…)` or the first number of `.shape`",
    "ncol": "of a table, Python has the second number of `.shape`",
    "paste": "in Python, `+` or an f-string puts texts together",
    "console": "Python's is `print`",
    "System": "Python's is `print`",
    "printf": "Python's is `print`",
    "echo": "Python's is `print`",
    "cat": "Python's is `print`",
    "Math": "Python has `max`, `min`, `round` and the module `math`",
}  # fmt: skip
"""Names that other languages have, and what is said of Python."""

_ENTRY = "a dictionary gets an entry by `d[key] = value`"
_METHODS = {
    "dict": {"put": _ENTRY, "set": _ENTRY, "add": _ENTRY, "append": _ENTRY, "insert": _ENTRY,
             "push": _ENTRY, "containsKey": "`key in d` tells whether a key is there",
             "has": "`key in d` tells whether a key is there"},
    "list": {"push": "a list has `append`", "add": "a list has `append`",
             "concat": "`+` puts two lists together", "size": "`len` counts what is in a list",
             "length": "`len` counts what is in a list",
             "join": "it belongs to the text that goes between: `text.join(list)`",
             "map": "`[f(x) for x in list]` does so for each", "forEach": "a `for` loop does so",
             "put": "a list has `append`", "contains": "`x in list` tells whether it is there"},
    "str": {"length": "`len` counts the letters of a text", "charAt": "`text[0]` is the first one",
            "toLowerCase": "a text has `lower`", "toUpperCase": "a text has `upper`",
            "trim": "a text has `strip`", "substring": "`text[0:3]` is a part of a text",
            "contains": "`part in text` tells whether it is there", "append": "`+` puts texts "
            "together", "push": "`+` puts texts together"},
}  # fmt: skip
"""Methods that are looked for in Python's own types, and what these have."""

_KINDS = {"dict": "dictionary", "list": "list", "str": "text"}


def of_another_language(failure: Failure) -> Tip | None:
    """Tell of a name, an arrow or a method that another language has."""
    return _arrow(failure) or _name(failure) or _method(failure)


def _arrow(failure: Failure) -> Tip | None:
    """Tell of R's arrow, which Python reads as two signs: less than, and minus."""
    for node in failure.nodes():
        match node:
            case ast.Expr(
                value=ast.Compare(left=left, ops=[ast.Lt()], comparators=[ast.UnaryOp() as right])
            ) if isinstance(right.op, ast.USub):
                return failure.tip(
                    "In Python `<-` gives no value: it asks whether something is less than minus "
                    f"something. A value is given with `=`: `{ast.unparse(left)} = …`.",
                    node.lineno,
                )
    return None


def _name(failure: Failure) -> Tip | None:
    found = re.fullmatch(r"name '(\w+)' is not defined", failure.message)
    if not found:
        return None
    name = found[1]
    for node in failure.nodes():
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "data.frame":
            return failure.tip("`data.frame` is R's. In pandas it is `pd.DataFrame`.", node.lineno)
    called = any(
        isinstance(node, ast.Call) and ast.unparse(node.func).partition(".")[0] == name
        for node in failure.nodes()
    )
    plain = name in {"TRUE", "FALSE", "true", "false", "NULL", "null", "nil", "undefined"}
    if name in _NAMES and (called or plain):
        return failure.tip(f"`{name}` is of another language; {_NAMES[name]}.")
    return None


def _method(failure: Failure) -> Tip | None:
    found = re.fullmatch(r"'(dict|list|str)' object has no attribute '(\w+)'", failure.message)
    if not found or not any(
        isinstance(node, ast.Attribute) and node.attr == found[2] for node in failure.nodes()
    ):
        return None
    if found[1] == "list" and found[2] in {"input", "output", "get_weights", "weights", "units"}:
        return failure.tip(
            f"This is a list of layers. `{found[2]}` belongs to one of them: a number in brackets "
            "chooses it, from 0 on."
        )
    if told := _METHODS[found[1]].get(found[2]):
        return failure.tip(f"A {_KINDS[found[1]]} has no `{found[2]}` in Python: {told}.")
    if found[1] == "dict" and any(found[2] in held.keys for held in failure.held.values()):
        return failure.tip(_by_key(found[2]))
    if found[1] == "dict" and re.fullmatch(r"(val_)?(loss|\w*acc(uracy)?|mse|mae)", found[2]):
        return failure.tip(_by_key(found[2]))
    return None


def _by_key(key: str) -> str:
    return (
        "What stands before the last dot is a dictionary. What it holds is asked for by its key, "
        f"in brackets and quotes: `[{key!r}]`."
    )
