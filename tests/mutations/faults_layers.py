"""Faults in how a model is built: sizes, activations, layers dropped, doubled or moved."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from mutations.change import Change, word
from mutations.source import Edit, Solution, called, constant, keyword, short
from mutations.stacks import Slot, Stack, as_list, stacks

SIZED = {"Dense", "Conv2D", "LSTM", "Embedding"}
_SIZES = ("units", "filters", "kernel_size", "input_dim", "output_dim")
OTHER_ACTIVATIONS = {
    "relu": ("sigmoid", "tanh"),
    "softmax": ("sigmoid", "relu"),
    "sigmoid": ("softmax", "relu"),
}


def sizes(solution: Solution) -> Iterator[Change]:
    """One neuron, filter, pixel or input more or fewer."""
    for call in solution.calls(*SIZED):
        given = [*call.args, *(part.value for part in call.keywords if part.arg in _SIZES)]
        for node in given:
            value = constant(node)
            texts = [f"{value + step}" for step in (1, -1)] if isinstance(value, int) else []
            if isinstance(node, ast.Name) and called(call) in SIZED:
                texts = [f"{node.id} + 1", f"{node.id} - 1"]
            for text in texts:
                changed = short(solution.piece(call)).replace(solution.piece(node), text, 1)
                yield Change(
                    "units",
                    f"{short(solution.piece(call))}: {solution.piece(node)} → {text}",
                    call.lineno,
                    (solution.put(node, text),),
                    f"the task asks for {solution.piece(node)} in {called(call)}, not {text}",
                    _size_pattern(text, value) + f"|{word(changed)}",
                )
    for call in solution.calls("Input"):
        shape = constant(call.args[0])
        if not isinstance(shape, tuple):
            continue
        for place, size in enumerate(shape):
            for step in (1, -1):
                other = (*shape[:place], size + step, *shape[place + 1 :])
                yield Change(
                    "input",
                    f"Input({shape}) → Input({other})",
                    call.lineno,
                    (solution.put(call.args[0], str(other)),),
                    f"one sample has the shape {shape}, not {other}",
                    rf"input of shape \({', '.join(map(str, other))},?\)",
                )


def _size_pattern(text: str, value: object) -> str:
    if not isinstance(value, int):
        return r"\(\d+"  # of a layer in the table, whatever the name's value is
    number = text.lstrip("-")
    return rf"(?:\(|\b){number}(?:\)|, |×{number})"


def activations(solution: Solution) -> Iterator[Change]:
    """Another activation, or one where none is asked for."""
    for call in solution.calls("Dense", "Conv2D"):
        node = keyword(call, "activation")
        old = constant(node)
        others: tuple[str, ...]
        if isinstance(node, ast.Name):
            others, old = ("relu", "tanh"), node.id
        elif node is None:
            others, old = ("relu", "sigmoid"), "linear"
        else:
            others = OTHER_ACTIVATIONS.get(str(old), ("relu",))
        for other in others:
            text = f'"{other}"'
            edit = solution.put(node, text) if node else _appended(solution, call, other)
            yield Change(
                "activation",
                f"{short(solution.piece(call))}: {old} → {other}",
                call.lineno,
                (edit,),
                f"the task asks for {old} here; {other} computes something else",
                rf"layer \d+: {other}|{word(other)}",
            )


def _appended(solution: Solution, call: ast.Call, activation: str) -> Edit:
    last = call.args[-1]
    return solution.put(last, f'{solution.piece(last)}, activation="{activation}"')


def layers(solution: Solution) -> Iterator[Change]:
    """A layer dropped, doubled, or in its neighbour's place."""
    for stack in stacks(solution):
        for place, slot in enumerate(stack.slots):
            shown = short(solution.piece(slot.layer))
            if slot.adding is not None:
                whole = solution.piece(slot.adding)
                yield _layer(solution, "dropped", slot, shown, (solution.put(slot.adding, "pass"),))
                yield _layer(
                    solution,
                    "doubled",
                    slot,
                    shown,
                    (solution.put(slot.adding, f"{whole}; {whole}"),),
                )
            after = stack.slots[place + 1] if place + 1 < len(stack.slots) else None
            if after is None or ast.dump(after.layer) == ast.dump(slot.layer):
                continue
            if (slot.adding is None) != (after.adding is None):
                continue  # one in the list, one added: the list form has this pair, too
            edits = (
                solution.put(slot.layer, solution.piece(after.layer)),
                solution.put(after.layer, solution.piece(slot.layer)),
            )
            yield _layer(solution, "moved", slot, f"{shown} behind its next", edits)
        yield from _unlisted_layers(solution, stack)


def _unlisted_layers(solution: Solution, stack: Stack) -> Iterator[Change]:
    """Drop and double layers that stand in the list already."""
    listed = [slot for slot in stack.slots if slot.adding is None]
    for slot in listed:
        shown = solution.piece(slot.layer)
        items = [solution.piece(other.layer) for other in listed]
        place = listed.index(slot)
        whole = stack.making.value
        assert isinstance(whole, ast.Call)
        for how, others in (
            ("dropped", items[:place] + items[place + 1 :]),
            ("doubled", items[: place + 1] + items[place:]),
        ):
            edit = solution.put(whole.args[0], f"[{', '.join(others)}]")
            yield _layer(solution, how, slot, short(shown), (edit,))


def _layer(solution: Solution, how: str, slot: Slot, what: str, edits: tuple[Edit, ...]) -> Change:
    why = {
        "dropped": "a layer that the task asks for is missing",
        "doubled": "a layer stands twice, the task asks for it once",
        "moved": "the layers stand in another order than the task asks for",
    }[how]
    return Change(f"layer {how}", what, slot.layer.lineno, edits, why, _layer_words(slot, how))


def _layer_words(slot: Slot, how: str) -> str:
    """Return what must be said: that a layer is missing, too many, or in another's place."""
    if slot.is_input:
        return r"no input shape|keras\.Input|already been configured|Input stands behind"
    return {
        "dropped": r"is missing|\d layers?[,;]",
        "doubled": r"too many",
        "moved": r"each other's place",
    }[how]


def listed_layers(solution: Solution) -> Iterator[tuple[Solution, Change]]:
    """The same faults where all layers stand in one list."""
    for stack in stacks(solution):
        rewritten = as_list(solution, stack)
        for change in layers(rewritten):
            yield rewritten, replace(change, what=f"{change.what}, in a list")
