"""Other ways to write the same model: its form, how layers and activations are given."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

from mutations.source import Solution, called, constant, keyword
from mutations.stacks import Stack, restack, stacks, unrolled

Rewritten = Iterator[tuple[str, Solution]]
Expand = Callable[[ast.Call], list[str]]
"""Of one layer: the layers, as source, that do the same."""

LAYER_OBJECTS = {"relu": "keras.layers.ReLU()", "softmax": "keras.layers.Softmax()"}
TENSORFLOW = {"relu", "softmax", "sigmoid", "tanh"}


def _plain(layer: ast.Call) -> list[str]:
    return [ast.unparse(layer)]


def forms(solution: Solution) -> Rewritten:
    """The same layers in a list, added, in a loop, nested, functional, with other inputs."""
    for stack in stacks(solution):
        layers = unrolled(solution, stack)
        name = stack.name
        texts = [ast.unparse(layer) for layer in layers]
        inputs, rest = texts[0], texts[1:]
        shape = layers[0].args[0]
        listed = ", ".join(texts)
        several = {
            "layers in a list": [f"{name} = Sequential([{listed}])"],
            "layers added": [f"{name} = Sequential()", *(f"{name}.add({t})" for t in texts)],
            "layers by keyword": [f'{name} = Sequential(layers=[{listed}], name="mine")'],
            "layers added in a loop": [
                f"{name} = Sequential()",
                f"for layer in [{listed}]:",
                f"    {name}.add(layer)",
            ],
            "a nested block": [
                f"block = Sequential([{', '.join(rest[:-1] or rest)}])",
                f"{name} = Sequential([{', '.join([inputs, 'block', *rest[-1:][: len(rest) - 1]])}])",
            ],
            "functional": [
                "import keras",
                f"inputs = {inputs}",
                f"x = {rest[0]}(inputs)",
                *(f"x = {text}(x)" for text in rest[1:]),
                f"{name} = keras.Model(inputs, x)",
            ],
            "functional, by keyword": [
                "from keras.models import Model",
                f"start = {inputs}",
                f"end = {_chained(rest, 'start')}",
                f"{name} = Model(inputs=start, outputs=end)",
            ],
            "built afterwards": [
                f"{name} = Sequential([{', '.join(rest)}])",
                f"{name}.build((None, *{ast.unparse(shape)}))",
            ],
            "input_shape=": [
                f"{name} = Sequential()",
                f"{name}.add({_with(layers[1], 'input_shape', ast.unparse(shape))})",
                *(f"{name}.add({text})" for text in rest[1:]),
            ],
            "InputLayer": [
                "import keras",
                f"{name} = Sequential([keras.layers.InputLayer(shape={ast.unparse(shape)})])",
                *(f"{name}.add({text})" for text in rest),
            ],
            "Input(shape=)": [
                "import keras",
                f"{name} = keras.Sequential([keras.Input(shape={ast.unparse(shape)})])",
                *(f"{name}.add({text})" for text in rest),
            ],
        }
        for what, code in several.items():
            yield what, restack(solution, stack, code)


def _chained(layers: list[str], start: str) -> str:
    text = start
    for layer in layers:
        text = f"{layer}({text})"
    return text


def _with(layer: ast.Call, name: str, value: str) -> str:
    """Return a layer with this keyword argument, in place of its own of that name."""
    changed = copy.deepcopy(layer)
    changed.keywords = [part for part in changed.keywords if part.arg != name]
    if value:
        changed.keywords.append(ast.keyword(name, ast.parse(value, mode="eval").body))
    return ast.unparse(changed)


def activations(solution: Solution) -> Rewritten:
    """Activations as layers, functions and objects; the linear one by its name."""
    for stack in stacks(solution):
        for what, expand in ACTIVATION_WAYS.items():
            yield from _expanded(solution, stack, what, expand)
        layers = unrolled(solution, stack)
        code = ["import keras", f"inputs = {ast.unparse(layers[0])}", "x = inputs"]
        for layer in layers[1:]:
            name = constant(keyword(layer, "activation"))
            code.append(f"x = {_with(layer, 'activation', '') if name else ast.unparse(layer)}(x)")
            if name:
                code.append(f"x = keras.activations.{name}(x)")
        code.append(f"{stack.name} = keras.Model(inputs, x)")
        yield "activations as operations", restack(solution, stack, code)


def _expanded(solution: Solution, stack: Stack, what: str, expand: Expand) -> Rewritten:
    layers = unrolled(solution, stack)
    texts = [text for layer in layers for text in expand(layer)]
    if texts == [ast.unparse(layer) for layer in layers]:
        return
    code = ["import keras", "import tensorflow as tf"]
    code = [line for line in code if f"{line.split()[-1]}." in " ".join(texts)]
    added = [f"{stack.name}.add({text})" for text in texts[1:]]
    code += [f"{stack.name} = Sequential([{texts[0]}])", *added]
    yield what, restack(solution, stack, code)


def _activation(layer: ast.Call) -> str:
    """Return a layer's activation by name; "" where it is a variable, or there is none."""
    value = constant(keyword(layer, "activation"))
    return value if isinstance(value, str) else ""


def _behind(layer: ast.Call) -> list[str]:
    node = keyword(layer, "activation")
    if node is None:
        return _plain(layer)
    return [_with(layer, "activation", ""), f"keras.layers.Activation({ast.unparse(node)})"]


def _behind_as_object(layer: ast.Call) -> list[str]:
    name = _activation(layer)
    if not name:
        return _plain(layer)
    other = f"keras.layers.Activation(keras.activations.{name})"
    return [_with(layer, "activation", ""), LAYER_OBJECTS.get(name, other)]


def _as_function(layer: ast.Call) -> list[str]:
    name = _activation(layer)
    return [_with(layer, "activation", f"keras.activations.{name}")] if name else _plain(layer)


def _got(layer: ast.Call) -> list[str]:
    node = keyword(layer, "activation")
    if node is None:
        return _plain(layer)
    return [_with(layer, "activation", f"keras.activations.get({ast.unparse(node)})")]


def _as_object(layer: ast.Call) -> list[str]:
    name = _activation(layer)
    return (
        [_with(layer, "activation", LAYER_OBJECTS[name])]
        if name in LAYER_OBJECTS
        else _plain(layer)
    )


def _of_tensorflow(layer: ast.Call) -> list[str]:
    name = _activation(layer)
    return [_with(layer, "activation", f"tf.nn.{name}")] if name in TENSORFLOW else _plain(layer)


def _linear(layer: ast.Call) -> list[str]:
    if called(layer) != "Dense" or keyword(layer, "activation"):
        return _plain(layer)
    return [_with(layer, "activation", '"linear"')]


def _none(layer: ast.Call) -> list[str]:
    if called(layer) != "Dense" or keyword(layer, "activation"):
        return _plain(layer)
    return [_with(layer, "activation", "None")]


def _linear_layer(layer: ast.Call) -> list[str]:
    if called(layer) != "Dense" or keyword(layer, "activation"):
        return _plain(layer)
    return [*_plain(layer), 'keras.layers.Activation("linear")']


def _defaults(layer: ast.Call) -> list[str]:
    return (
        [_with(layer, "use_bias", "True")]
        if called(layer) in {"Dense", "Conv2D"}
        else _plain(layer)
    )


def _own_initializer(layer: ast.Call) -> list[str]:
    if called(layer) != "Dense" or keyword(layer, "kernel_initializer"):
        return _plain(layer)
    return [_with(layer, "kernel_initializer", '"glorot_uniform"')]


ACTIVATION_WAYS: dict[str, Expand] = {
    "activations behind, by name": _behind,
    "activations behind, as layers of their own": _behind_as_object,
    "activations as functions": _as_function,
    "activations from get": _got,
    "activations as layer objects": _as_object,
    "activations of tf.nn": _of_tensorflow,
    "linear by name": _linear,
    "activation None": _none,
    "a linear layer behind": _linear_layer,
    "defaults written out": _defaults,
    "the default initializer by name": _own_initializer,
}
