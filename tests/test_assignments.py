"""What made a name None: the last line that gave it a value and has run, and what it calls."""

from __future__ import annotations

import ast
import inspect

import pytest
from grader.datasets import plots

from grader.assignments import SHOW, bindings_of, cause_of_none, gives_back, why_none
from grader.changes import changes_of
from grader.places import InFile, render

NO_RETURN = "def build():\n    model = 3\n\nmodel = build()"
LOOP = "model = []\nfor n in range(3):\n    model = model.append(n)\n    model.sort()"


@pytest.mark.parametrize(
    ("source", "stopped", "line", "says"),
    [
        ("model = m.add(x)", None, 1, "`add` returns nothing, so `model` is None after this line. Call it without giving its result a name."),
        ("model = Maker().add(x)", None, 1, "so `model` is None after this line. Give what is made there a name first, and call `add` of that name."),
        (NO_RETURN, None, 4, "`build` (on line 1) returns nothing, so `model` is None after this line. A function needs `return`, with a value behind it"),
        (NO_RETURN.replace("model = 3", "return"), None, 4, "`build` (on line 1) returns nothing"),
        ("def build(n):\n    if n:\n        return n\n\nmodel = build(0)", None, 5, "`build` returns None here, so `model` is None after this line."),
        ("model = print(data.describe())", None, 1, "`print` prints and returns None, so `model` is None. First give a name to what it is to print, on a line of its own."),
        ("model = plot(net.predict(X))", None, 1, "`plot` returns None here, so `model` is None after this line. If you want what stands in its parentheses, first give a name to that."),
        ("model = plot_orbit(net.predict(X))", None, 1, "`plot_orbit` draws and returns None, so `model` is None. First give a name to what it is to draw"),
        ("model = plot_orbit(orbit)", None, 1, "`plot_orbit` draws and returns None, so `model` is None. Call it without giving its result a name."),
        ("model = plot(orbit)", None, 1, "`plot` returns None here"),
        ("model = data.drop(columns=['x'], inplace=True)", None, 1, "`drop` with `inplace=True` returns nothing"),
        ("model = numbers.get('x')", None, 1, "`get` returns None here"),
        ("model = 3\nmodel = None", None, 2, "`model` is None, which is Python's word for nothing."),
        ("model = 1\nmodel = m.add(1)\nmodel = m.add(2)", 3, 2, "`add` returns nothing"),
        ("model = m.add(\n    1,\n    b.c)", 3, None, ""),
        (LOOP, 4, 3, "`append` returns nothing"),
        (LOOP, None, 3, "`append` returns nothing"),
        ("model = f()\nif x:\n    model = g()", None, None, ""),
        ("model = f()\nif x:\n    model = m.compile()", None, 3, "`compile` returns nothing"),
        ("model = f()\nprint([model.a for model in m])", None, 1, "`f` returns None here"),
        ("def build():\n    model = m.add(1)", None, None, ""),
    ],
)  # fmt: skip
def test_what_made_a_name_none(
    source: str, stopped: int | None, line: int | None, says: str
) -> None:
    cause = cause_of_none(bindings_of(ast.parse(source)).get("model", []), 0, stopped)
    assert (cause and cause.line) == line
    if cause is not None:
        text = render(why_none("model", cause), InFile("answer.py"))
        assert says in text
        assert ("give a name to" in text) == ("give a name to" in says)


def test_what_only_shows_is_known() -> None:
    """That they draw, and give nothing back, holds of all plot functions of ours."""
    found = inspect.getmembers(plots, inspect.isfunction)
    own = {name for name, one in found if one.__module__ == plots.__name__ and name[0] != "_"}
    assert own | {"print"} == set(SHOW)
    source = ast.parse(inspect.getsource(plots))
    assert not [
        node.name
        for node in source.body
        if isinstance(node, ast.FunctionDef) and node.name in SHOW and gives_back(node)
    ]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("a = f()\nb = a\nb[b > 0] = 1", [(3, "")]),
        ("a = f()\nb = a\nb = f()\nb[0] = 1", []),
        ("b = np.round(a, out=a)", [(1, "")]),
        ("b = np.round(a, 0, a)\nnp.rint(a, a)\nnp.copyto(a, b)", [(1, ""), (2, ""), (3, "")]),
        ("b = np.add(a, a)\nc = a.round()\nb[a] = 1", []),
        ("for row in b:\n    a[row] += 1", [(2, "")]),
        ("a.x = 1\na['x'] = 2\na.loc[:, 'x'] = 3\na = a.assign(x=4)", [(n, "x") for n in (1, 2, 3, 4)]),
        ("a['x'].replace(1, 2, inplace=True)\na.drop('x', inplace=False)", [(1, "x")]),
        ("for row in a:\n    row[row > 0] = 1", [(2, "")]),
        ("for i, row in enumerate(a):\n    row[i] = 1\nfor i in range(3):\n    i = 1", [(2, "")]),
        ("def f():\n    a = g()\n    a[0] = 1", []),
    ],
)  # fmt: skip
def test_what_changes_what_a_name_holds(source: str, lines: list[tuple[int, str]]) -> None:
    found = changes_of(ast.parse(source)).get("a", [])
    assert [(change.line, change.part) for change in found] == lines
