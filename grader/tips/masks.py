"""What errors mean that come of masks: arrays of true and false that choose rows."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from grader.evidence.record import Held
from grader.sizes import shape_text
from grader.tips.failure import Failure
from grader.verdict import Tip

_BY_ROW = {ast.And: ("and", "&"), ast.Or: ("or", "|"), ast.Not: ("not", "~")}
"""What asks for one truth, and what asks for one in each row."""


def by_mask(failure: Failure) -> Tip | None:
    """Tell of rows that a mask has chosen, and of masks that do not fit, or are none."""
    return (
        _chosen_once(failure)
        or _of_other_rows(failure)
        or _one_truth(failure)
        or _without_parentheses(failure)
        or _no_index(failure)
        or _by_place(failure)
    )


def _is_mask(held: Held | None) -> bool:
    return held is not None and held.dtype == "bool" and held.type in {"ndarray", "Series"}


def _chosen_once(failure: Failure) -> Tip | None:
    """Tell of features of which a mask has chosen some, and of labels that are all there."""
    if "Data cardinality is ambiguous" not in failure.message:
        return None
    sizes = [int(size) for size in re.findall(r"'\w+' sizes: (\d+)", failure.message)]
    direct = [(node, failure.held) for node in failure.nodes()]
    made = [(value, failure.behind) for _, value, _ in failure.assigned()]
    chosen = [(name, known) for node, known in direct + made if (name := _mask_in(node, known))]
    if len(sizes) != 2 or len(chosen) != 1:
        return None  # none, or both are chosen
    name, known = chosen.pop()
    whole = [size for size in sizes if (size,) == known[name].shape]
    advice = "Take both with the same one."
    if len(whole) == 1:
        advice = f"Choose the {'features' if sizes[0] in whole else 'labels'} with `{name}`, too."
    return failure.tip(
        f"`{name}` chooses some of the rows: there are {sizes[0]} rows of features and "
        f"{sizes[1]} labels now. {advice}"
    )


def _mask_in(node: ast.AST, known: Mapping[str, Held]) -> str:
    """Return the name of the mask that something is indexed with; "" for none."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
        return node.slice.id if _is_mask(known.get(node.slice.id)) else ""
    return ""


def _of_other_rows(failure: Failure) -> Tip | None:
    found = re.search(
        r"boolean index did not match .*size of axis is (\d+) but .* axis is (\d+)"
        r"|Item wrong length (?P<mask>\d+) instead of (?P<rows>\d+)"
        r"|Boolean index has wrong length: (?P<mask2>\d+) instead of (?P<rows2>\d+)",
        failure.message,
    )
    if not found:
        return None
    rows = found[1] or found["rows"] or found["rows2"]
    mask = found[2] or found["mask"] or found["mask2"]
    what = _that_chooses(failure, int(mask))
    made_from = _made_from(failure, what.strip("`"), int(mask))
    ends = "so it must be made from the same rows."
    if made_from:
        ends = f"but {what} is made from `{made_from}`."
    return failure.tip(
        f"{what} has {mask} values, true or false, and there are {rows} to choose from: one value "
        f"for each is needed, {ends}"
    )


def _made_from(failure: Failure, mask: str, length: int) -> str:
    """Return the one name that a mask of this length is made from; "" where it is in doubt."""
    values = [value for name, value, _ in failure.assigned() if name == mask]
    if len(values) != 1:
        return ""
    found = {
        node.id
        for node in ast.walk(values[0])
        if isinstance(node, ast.Name)
        and (failure.behind.get(node.id, Held("")).shape or ())[:1] == (length,)
    }
    return found.pop() if len(found) == 1 else ""


def _that_chooses(failure: Failure, length: int) -> str:
    """Return what a statement chooses by, if that is one thing of this length."""
    found = []
    for node in failure.nodes():
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
            held = failure.held.get(node.slice.id)
            if held is not None and _is_mask(held) and held.shape == (length,):
                found.append(ast.unparse(node.slice))
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Compare):
            found.append(ast.unparse(node.slice))
    return f"`{found[0]}`" if len(found) == 1 else "What chooses here"


def _one_truth(failure: Failure) -> Tip | None:
    if "truth value of a" not in failure.message or "ambiguous" not in failure.message:
        return None
    asked = [
        node
        for node in failure.nodes()
        if isinstance(node, ast.BoolOp)
        or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
        or (isinstance(node, ast.Compare) and len(node.ops) > 1)
    ]
    conditions = any(isinstance(node, ast.If | ast.While | ast.Assert) for node in failure.nodes())
    if not asked or conditions:
        return None
    if isinstance(asked[0], ast.Compare):
        return failure.tip(
            "Two comparisons in one, as in `0 < x < 1`, ask for one truth. For each number of an "
            "array they are written apart, each in parentheses, with `&` between them."
        )
    used = [type(node.op) for node in asked if isinstance(node, ast.BoolOp | ast.UnaryOp)]
    pairs = [_BY_ROW[kind] for kind in dict.fromkeys(used)]
    words = " ".join(f"`{once}` does not go row by row, `{each}` does." for once, each in pairs)
    return failure.tip(f"{words} Put each comparison in parentheses.")


def _without_parentheses(failure: Failure) -> Tip | None:
    if not re.search(
        r"Cannot perform '\w+' with a dtyped|unsupported operand type\(s\) for [&|]:"
        r"|ufunc 'bitwise_\w+' not supported|cannot perform r?(and|or)_",
        failure.message,
    ):
        return None
    for node in failure.nodes():
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            if any(
                isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitAnd | ast.BitOr)
                for part in parts
            ):
                return failure.tip(
                    "`&` and `|` are computed before comparisons are. Each comparison needs "
                    "parentheses around it."
                )
    return None


def _no_index(failure: Failure) -> Tip | None:
    if "arrays used as indices must be of integer" not in failure.message:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
            held = failure.held.get(node.slice.id)
            if held is not None and held.shape and held.dtype.startswith("float"):
                return failure.tip(
                    f"`{node.slice.id}` holds numbers with a point, shape "
                    f"{shape_text(held.shape)}. Rows are chosen by whole numbers, or by true and "
                    "false, which a comparison gives."
                )
    return None


def _by_place(failure: Failure) -> Tip | None:
    """Tell of a mask that pandas does not take in `.iloc`."""
    if "iLocation based boolean" not in failure.message:
        return None
    return failure.tip(
        "`.iloc` takes the numbers of rows. What chooses rows by true and false belongs in the "
        "brackets of `.loc`, or of the table itself."
    )
