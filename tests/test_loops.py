"""Which loops of a file can never end, and which can only wait, as far as the text tells."""

from __future__ import annotations

import ast
import textwrap

import pytest

from grader.loops import given_functions, is_repeated, never_ends, waiting, whiles_around


def _tree(source: str) -> ast.Module:
    return ast.parse(textwrap.dedent(source))


def _loop(tree: ast.Module) -> ast.While:
    return next(node for node in ast.walk(tree) if isinstance(node, ast.While))


@pytest.mark.parametrize(
    "source",
    [
        "while True:\n    pass",
        "while i % 4 == 0:\n    accuracy = model.evaluate(X, y)[1]\n    plot()",
        "while len(text.split()) != 3:\n    print('three words, please')",
        "while not done:\n    for k in range(3):\n        if k:\n            break",
        "while size < 10 and not done:\n    def stop():\n        return 1",
        "def plot():\n    i = 3\nwhile i < 4:\n    plot()",
        "while history.epoch:\n    print('again')",
    ],
)
def test_a_loop_that_nothing_in_it_ends(source: str) -> None:
    tree = _tree(source)
    assert never_ends(_loop(tree), tree)


@pytest.mark.parametrize(
    "source",
    [
        "while True:\n    if x:\n        break",
        "while True:\n    with open('a') as f:\n        break",
        "while True:\n    try:\n        pass\n    except ValueError:\n        break",
        "def f():\n    while True:\n        return 1",
        "def f():\n    while True:\n        for k in x:\n            return k",
        "def f():\n    while True:\n        yield 1",
        "while True:\n    next(reader)",
        "while True:\n    for k in x:\n        pass\n    else:\n        break",
        "while i < 4:\n    i += 1",
        "while i < 4:\n    for i in range(9):\n        pass",
        "while i < 4:\n    (i := 5)",
        "while len(found) < 4:\n    found.append(1)",
        "while len(found) < 4:\n    helper()",
        "while found[0] < 4:\n    found[0] = 9",
        "while found:\n    process(found)",
        "while not model.stop_training:\n    model.fit(X, y)",
        "while accuracy < 0.9:\n    model.fit(X, y)\n    accuracy = model.evaluate(X, y)[1]",
        "while time() < end:\n    pass",
        "def step():\n    global i\n    i = 3\nwhile i < 4:\n    step()",
        "while i < 4:\n    exec('i = 5')",
        "while True:\n    sys.exit()",
    ],
)
def test_a_loop_that_may_end(source: str) -> None:
    tree = _tree(source)
    assert not never_ends(_loop(tree), tree)


@pytest.mark.parametrize(
    "source",
    [
        "while accuracy < 0.8:\n    model.fit(X, y)\n    accuracy = model.evaluate(X, y)[1]",
        "while True:\n    h = model.fit(X, y)\n    if h.history['loss'][-1] < 1:\n        break",
        "while model.evaluate(X, y)[1] < 0.8:\n    model.fit(X, y)",
        "while not better:\n    found.append(model.fit(X, y))\n    better = found[-1].x > 1",
    ],
)
def test_a_loop_that_only_waits(source: str) -> None:
    assert waiting(_tree(source))


@pytest.mark.parametrize(
    "source",
    [
        "while epoch < 200:\n    model.fit(X, y)\n    epoch += 1",
        "while epoch < 200:\n    model.fit(X, y)\n    epoch = epoch + 1",
        "while True:\n    model.fit(X, y)\n    n += 1\n    if n == 30:\n        break",
        "while len(losses) < 60:\n    losses.append(model.fit(X, y))",
        "while time.time() < end:\n    model.fit(X, y)",
        "while a < 1:\n    model.fit(X, y)\n    a = model.evaluate(X[np.random.permutation(9)], y)",
        "while a < 1:\n    model.fit(X, y)\n    rate = rate * 10\n    model.compile(Adam(rate))",
        "while busy(model):\n    model.fit(X, y)",
        "for epoch in range(200):\n    model.fit(X, y)",
    ],
)
def test_a_loop_that_counts_or_asks_another_thing_is_no_waiting(source: str) -> None:
    assert not waiting(_tree(source))


def test_the_loops_that_a_stack_of_lines_stands_in() -> None:
    tree = _tree(
        """
        def train():
            for k in range(2):
                model.fit(X, y)
        while True:
            while i < 3:
                train()
        """
    )
    assert [loop.lineno for loop in whiles_around(tree, [7, 4])] == [6, 5]
    assert not whiles_around(tree, [4])
    assert is_repeated(tree, [4])
    assert not is_repeated(tree, [2])


def test_functions_that_come_with_the_exercise() -> None:
    stub = "def plot():\n    show(i)\n\nanswer = ____\n"
    tree = _tree("import x\n\n\ndef plot():\n    show(i)\n\n\ndef own():\n    show(i)\n")
    assert given_functions(tree, stub) == [(4, 5)]
    assert given_functions(_tree("def plot():\n    show(j)\n"), stub) == []
