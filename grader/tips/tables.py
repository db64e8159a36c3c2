"""What errors mean that come of pandas' ways to index, and of its axes."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches

from grader.evidence.record import Held
from grader.places import OnLine, Said, said
from grader.tips.failure import Failure
from grader.tips.misspellings import NEAR
from grader.verdict import Tip

_TABLES = {"DataFrame", "Series"}
_SHOWN = 8


def table_index(failure: Failure) -> Tip | None:
    """Tell of a column, a row or a part of a table that is asked for in another way."""
    text = (
        _with_parentheses(failure)
        or _by_accessor(failure)
        or _columns_without_list(failure)
        or _no_such_column(failure)
        or _axis(failure)
        or _of_one_column(failure)
        or _no_categories(failure)
        or _texts_in_it(failure)
        or _called(failure)
        or _names_on_array(failure)
    )
    return failure.tip(text) if text else None


def _tables(failure: Failure) -> dict[str, Held]:
    return {name: held for name, held in failure.held.items() if held.type in _TABLES}


def _subscripts(failure: Failure) -> list[ast.Subscript]:
    return [node for node in failure.nodes() if isinstance(node, ast.Subscript)]


def _accessor(node: ast.Subscript) -> str:
    """Return `loc` or `iloc` where one of them is indexed; "" where it is the table itself."""
    owner = node.value
    if isinstance(owner, ast.Call):  # iloc(0)[…]
        owner = owner.func
    return owner.attr if isinstance(owner, ast.Attribute) and "loc" in owner.attr else ""


_OF_AN_INDEXER = (
    r"LocationIndexer|'_\w+Indexer' object|No axis named|Cannot index by location|Location based"
)


def _with_parentheses(failure: Failure) -> str:
    """Tell of `.iloc(0, 1)`, which is no call."""
    for node in failure.nodes():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        if name not in {"loc", "iloc", "at", "iat"}:
            continue
        if re.search(_OF_AN_INDEXER, failure.message):
            return (
                f"`.{name}` takes its rows and columns in brackets, not in parentheses: "
                f"`.{name}[…]`."
            )
    return ""


def _columns_by_iloc(failure: Failure) -> str:
    """Tell of columns that `.iloc` is asked for where rows stand."""
    columns = {key for held in _tables(failure).values() for key in held.keys}
    for node in _subscripts(failure):
        if _accessor(node) != "iloc":
            continue
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        rows = parts[0].elts if parts and isinstance(parts[0], ast.List) else parts[:1]
        names = [row.value for row in rows if isinstance(row, ast.Constant)]
        if not names or len(names) < len(rows) or not set(names) <= columns:
            continue
        what = f"{names[0]!r} is the name of a column: it stands"
        if rows != parts[:1]:
            what = "these are names of columns: a list of them stands"
        return (
            f"`.iloc` takes numbers of rows and columns, and {what} alone in the brackets of the "
            "table itself, without `.iloc`."
        )
    return ""


def _by_accessor(failure: Failure) -> str:
    used = {_accessor(node) for node in _subscripts(failure)}
    texts = any(
        isinstance(part, ast.Constant) and isinstance(part.value, str)
        for node in _subscripts(failure)
        if _accessor(node) == "iloc"
        for part in ast.walk(node.slice)
    )
    if texts and re.search(
        r"Cannot index by location index|Location based indexing|\.iloc requires"
        r"|cannot do positional indexing"
        r"|invalid literal for int\(\) with base 10: np\.str_",
        failure.message,
    ):
        return (
            _columns_by_iloc(failure)
            or "`.iloc` takes the numbers of rows and columns. Names are for `.loc`."
        )
    if "indexer is out-of-bounds" in failure.message and "iloc" in used:
        for held in _tables(failure).values():
            if held.shape and len(_tables(failure)) == 1:
                return (
                    f"`.iloc` counts from 0, and the {_extent(held)}: there is nothing at this "
                    "place."
                )
    if used == {"loc"} and re.search(r"cannot do slice indexing .* of type int", failure.message):
        return "`.loc` takes the names of columns. Their numbers are for `.iloc`."
    if failure.kind == "KeyError" and used == {"loc"} and failure.message.isdigit():
        for node in _subscripts(failure):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
            if len(parts) == 2 and ast.unparse(parts[1]) == failure.message:
                return "`.loc` takes the names of columns. Their numbers are for `.iloc`."
    if failure.kind == "KeyError":
        for node in _subscripts(failure):
            first = node.slice.elts[:1] if isinstance(node.slice, ast.Tuple) else [node.slice]
            key = first[0].value if first and isinstance(first[0], ast.Constant) else None
            known = any(key in held.keys for held in _tables(failure).values())
            if _accessor(node) == "loc" and isinstance(key, str) and known:
                return (
                    f"`.loc` takes rows first, and {key!r} is a column. A column stands second, "
                    "behind a comma, or alone in the brackets of the table itself."
                )
    return ""


def _extent(held: Held) -> str:
    rows, *columns = held.shape or (0,)
    return (
        f"table has {rows} rows and {columns[0]} columns" if columns else f"column has {rows} rows"
    )


def _columns_without_list(failure: Failure) -> str:
    if not _tables(failure) or any(_accessor(node) for node in _subscripts(failure)):
        return ""
    if failure.kind == "KeyError" and re.match(r"\((['\"]).*\1\)", failure.message):
        return (
            "Several columns of a table are asked for with a list of their names: a list has "
            "brackets of its own, within those of the table."
        )
    if failure.kind == "InvalidIndexError" or re.match(r"\(slice\(", failure.message):
        return (
            "The brackets of a table take names of columns. Rows and columns by their numbers are "
            "asked for with `.iloc`."
        )
    return ""


def _no_such_column(failure: Failure) -> str:
    if failure.kind != "KeyError":
        return ""
    tables = [held for held in _tables(failure).values() if held.type == "DataFrame"]
    found = re.fullmatch(
        r"'([^']*)'|\"Column\(s\) \['([^']*)'\] do not exist\"|(\d+)", failure.message
    )
    if not found or len(tables) != 1:
        return ""
    if found[3]:
        if not _asks_a_table_for(failure, found[3]):
            return ""
        return (
            "The brackets of a table take the name of a column. A row by its number is asked for "
            "with `.iloc`."
        )
    if any(held.type in {"dict", "Counter", "defaultdict"} for held in failure.held.values()):
        return ""  # it may be a key of that which is missing
    name, columns = found[1] or found[2], tables[0].keys
    if not columns or name in columns:
        return ""
    plain = {column.lower(): column for column in columns}
    near = get_close_matches(name.lower().strip(), sorted(plain), 1, NEAR)
    if near:
        return f"The table has no column {name!r}. It has {plain[near[0]]!r}."
    shown = ", ".join(map(repr, columns[:_SHOWN])) + ("…" if len(columns) > _SHOWN else "")
    return f"The table has no column {name!r}. Its columns are {shown}."


def _asks_a_table_for(failure: Failure, key: str) -> bool:
    """Whether a table itself is asked for this, and not a column of it, or its `.loc`."""
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in failure.held
        and failure.held[node.value.id].type == "DataFrame"
        and ast.unparse(node.slice) == key
        for node in failure.nodes()
    )


def _axis(failure: Failure) -> str:
    if not re.search(r"not found in axis", failure.message) or not failure.calls("drop"):
        return ""
    named = re.findall(r"'([^']+)'", failure.message)
    if not any(name in held.keys for name in named for held in _tables(failure).values()):
        return ""
    return (
        f"`drop` looks for rows unless it is told otherwise, and {named[0]!r} is a column: its "
        "argument `columns` is for these."
    )


def _of_one_column(failure: Failure) -> str:
    """Tell of a table that is asked for something that only a column has."""
    found = re.search(r"'DataFrame' object has no attribute '(\w+)'", failure.message)
    if not found or found[1] not in _OF_COLUMNS:
        return ""
    return (
        f"`.{found[1]}` is something that a column has, and this is a whole table. A column is "
        "asked for with its name in brackets."
    )


_OF_COLUMNS = {
    "cat", "str", "dt", "unique", "tolist", "to_list", "item", "argmax", "argmin",
}  # fmt: skip
"""What a column of pandas has, and a table has not."""


def _no_categories(failure: Failure) -> Said:
    if "Can only use .cat accessor with a 'category' dtype" not in failure.message:
        return ""
    asked = [_column(node.value) for node in failure.nodes() if isinstance(node, ast.Attribute)]
    for node in ast.walk(failure.tree):
        match node:
            case ast.Assign(targets=[target], value=ast.Attribute(attr="codes")) if (
                node.lineno < failure.line and (column := _column(target)) in asked and column
            ):
                return said(
                    f"The codes of `{column[1]}` were put in its place ",
                    OnLine(node.lineno),
                    ". They are numbers already, which have no `.cat`.",
                )
    return (
        "Only a categorical column has `.cat`, and this one is none. `pd.Categorical` makes "
        "categories of what stands in a column."
    )


def _column(node: ast.expr) -> tuple[str, str] | None:
    """Return a table and its column: `darts.competitor` or `darts["competitor"]`."""
    match node:
        case ast.Attribute(value=ast.Name(id=table), attr=column):
            return table, column
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str(column))):
            return table, column
        case _:
            return None


def _texts_in_it(failure: Failure) -> str:
    """Tell of a mean, or the like, over columns of which some hold texts."""
    found = re.search(
        r"Cannot perform reduction '(\w+)' with (?:string|object) dtype"
        r"|could not convert string to float|Could not convert .* to numeric",
        failure.message,
    )
    tables = [held for held in _tables(failure).values() if held.type == "DataFrame"]
    computed = found and any(
        isinstance(node, ast.Attribute) and node.attr in _COMPUTED for node in failure.nodes()
    )
    if not computed or len(tables) != 1:
        return ""
    return (
        "A column of this table holds texts, and these have no such number. Pick the columns of "
        "numbers first; many methods also take `numeric_only=True`."
    )


_COMPUTED = {"mean", "std", "var", "median", "sem", "skew", "corr", "cov", "quantile"}


def column_for_name(failure: Failure) -> Tip | None:
    """Tell of a column that stands where seaborn takes the column's name."""
    if "truth value of a Series is ambiguous" not in failure.message:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.keyword) and node.arg in {"hue", "x", "y"}:
            value = node.value
            if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
                return failure.tip(
                    f"`{node.arg}` takes the name of a column, {value.slice.value!r}, and not the "
                    "column itself."
                )
            if isinstance(value, ast.Attribute):
                return failure.tip(
                    f"`{node.arg}` takes the name of a column, a text, and not the column itself."
                )
    return None


def _called(failure: Failure) -> str:
    found = re.search(
        r"'(DataFrame|Series|Index|numpy\.ndarray|list|dict|tuple|int|str|float|KerasTensor)'"
        r" object is not callable",
        failure.message,
    )
    if not found:
        return ""
    what = {
        "DataFrame": "a table", "Series": "a column", "numpy.ndarray": "an array", "str": "a text",
        "Index": "an index",
    }  # fmt: skip
    kind = found[1].rpartition(".")[2]
    called = [node.func for node in failure.nodes() if isinstance(node, ast.Call)]
    for one in called:
        if kind in {"int", "float", "KerasTensor"} or not isinstance(one, ast.Name):
            continue
        if failure.held.get(one.id, Held("")).type == kind:
            thing = what.get(found[1], f"a {kind}")
            return (
                f"`{one.id}` is {thing}. What is in it is asked for with brackets, not parentheses."
            )
    if len(called) == 1 and isinstance(called[0], ast.Subscript) and found[1] in what:
        return (
            f"`{ast.unparse(called[0])}` gives {what[found[1]]}. What is in it is asked for with "
            "brackets, not parentheses."
        )
    taken = [one for one in called if isinstance(one, ast.Attribute) and one.attr in _NO_METHODS]
    asked = [node for node in failure.nodes() if isinstance(node, ast.Call) and node.func in taken]
    if len(asked) == 1 and asked[0].args and kind in {"list", "tuple", "dict"}:
        return (
            f"`{ast.unparse(taken[0])}` is a {kind}. What is in it is asked for with brackets, not "
            "parentheses."
        )
    if len(taken) == 1:
        return (
            f"`{ast.unparse(taken[0])}` is no function: it is taken as it is, without parentheses."
        )
    return ""


_NO_METHODS = {
    "shape", "columns", "index", "values", "dtypes", "dtype", "size", "ndim", "T", "iloc", "loc",
    "history", "layers", "weights", "inputs", "outputs", "input", "output", "input_shape",
    "output_shape", "name", "params", "epoch", "word_index", "index_word", "best_params_",
    "best_score_", "cv_results_", "optimizer", "metrics_names", "codes",
}  # fmt: skip
"""What is an attribute of arrays, tables, models and searches, and no method."""


def _names_on_array(failure: Failure) -> str:
    if "only integers, slices" not in failure.message:
        return ""
    for node in _subscripts(failure):
        if isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant):
            held = failure.held.get(node.value.id)
            if held is not None and held.type == "ndarray" and isinstance(node.slice.value, str):
                return (
                    f"`{node.value.id}` is an array. It has no names of columns: they are asked "
                    "for by their numbers."
                )
    return ""
