"""Where a solution stacks layers: `Sequential([…])`, then `.add(…)`, possibly in a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from mutations.source import Solution, called, constant

INPUTS = {"Input", "InputLayer"}


@dataclass(frozen=True)
class Slot:
    """One layer's place."""

    layer: ast.Call
    adding: ast.Expr | None
    """The statement that adds it; None where it stands in the list."""

    @property
    def is_input(self) -> bool:
        """Whether this says what goes in, and computes nothing."""
        return called(self.layer) in INPUTS


@dataclass(frozen=True)
class Stack:
    """A sequential model in the source."""

    name: str
    making: ast.Assign
    slots: tuple[Slot, ...]
    """In the order of the source; a layer that is added in a loop stands here once."""
    parts: tuple[ast.stmt, ...]
    """The statements that make it, loops whole."""


def stacks(solution: Solution) -> Iterator[Stack]:
    """Yield the sequential models that an answer builds of new layers, the input first."""
    for making in solution.statements():
        if not (isinstance(making, ast.Assign) and isinstance(making.value, ast.Call)):
            continue
        target = making.targets[0]
        if called(making.value) != "Sequential" or not isinstance(target, ast.Name):
            continue
        listed = making.value.args[0].elts if making.value.args else []  # type: ignore[attr-defined]
        slots = [Slot(layer, None) for layer in listed if isinstance(layer, ast.Call)]
        parts: list[ast.stmt] = [making]
        for statement in solution.statements():
            layer = _added(statement, target.id)
            if layer is None:
                continue
            slots.append(Slot(layer, statement))  # type: ignore[arg-type]
            outer = solution.parents[statement]
            whole = outer if isinstance(outer, ast.For) else statement
            if whole not in parts:
                parts.append(whole)
        if slots and slots[0].is_input:
            yield Stack(target.id, making, tuple(slots), tuple(parts))


def _added(statement: ast.stmt, name: str) -> ast.Call | None:
    """Return the layer that a statement `NAME.add(layer)` adds."""
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return None
    call = statement.value
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if called(call) != "add" or not (isinstance(owner, ast.Name) and owner.id == name):
        return None
    layer = call.args[0]
    return layer if isinstance(layer, ast.Call) else None


def unrolled(solution: Solution, stack: Stack) -> list[ast.Call]:
    """Return the layers in order, those of a loop as often as it runs."""
    layers = [slot.layer for slot in stack.slots if slot.adding is None]
    for part in stack.parts:
        inside = [
            slot.layer
            for slot in stack.slots
            if slot.adding is part or (slot.adding and solution.parents[slot.adding] is part)
        ]
        times = 1
        if isinstance(part, ast.For) and isinstance(part.iter, ast.Call):
            times = int(str(constant(part.iter.args[0])))
        layers += inside * times
    return layers


def restack(solution: Solution, stack: Stack, code: list[str]) -> Solution:
    """Return the solution with this code where the last layer was added, in place of them all."""
    edits = [solution.put(part, "") for part in stack.parts[:-1]]
    last = stack.parts[-1]
    edits.append(solution.put(last, ("\n" + " " * last.col_offset).join(code)))
    return solution.change(edits)


def as_list(solution: Solution, stack: Stack) -> Solution:
    """Return the solution with all layers in one list."""
    layers = ", ".join(ast.unparse(layer) for layer in unrolled(solution, stack))
    return restack(solution, stack, [f"{stack.name} = Sequential([{layers}])"])
