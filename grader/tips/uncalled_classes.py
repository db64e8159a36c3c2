"""Classes where an object of them is wanted: the parentheses are missing."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import Held
from grader.tips.failure import Failure, method_calls
from grader.tips.origins import Origins
from grader.verdict import Fact, Tip


def class_for_object(failure: Failure) -> Tip | None:
    """Tell of a class where an object of it is wanted: the parentheses are missing."""
    message = failure.message
    found = re.search(
        r"Only instances of `keras.Layer` can be added.*<class '[\w.]*?(\w+)'> \(of type <class 't"
        r"|Could not interpret optimizer identifier: <class '[\w.]*?(\w+)'>",
        message,
    )
    if found:
        name = found[1] or found[2]
        if behind := _behind_the_class(failure, name):
            return failure.tip(f"`{name}` alone is no layer yet: write `{name}({behind})`.")
        made = _made_already(failure, name, "here")
        return failure.tip(made or _is_the_class(f"`{name}`", name))
    if "Callback.set_model() missing" in message:
        return _callback_class(failure)
    found = re.search(r"(\w+)\(\) missing 1 required positional argument: '(\w+)'", message)
    if not found and "has no attribute '_assert_compile_called'" not in message:
        return None
    for call in method_calls(failure.nodes()):
        if found and call.name != found[1]:
            continue
        # `model` is how the functions that record a run call their `self`
        if found and found[2] not in {"self", "model"} and not call.arguments:
            continue  # it is the method's own argument that is missing
        owner = ast.unparse(call.owner)
        for name, assignment in failure.assignments():
            if name == owner:
                made = _is_the_class(f"`{name}`", ast.unparse(assignment.value))
                return failure.tip(made, assignment.lineno, Fact.NOT_CALLED)
        return failure.tip(_is_the_class(f"`{owner}`", owner))
    return None


def _behind_the_class(failure: Failure, name: str) -> str:
    """Return a layer's settings that `add` got behind its class; "" where it got none."""
    for call in method_calls(failure.nodes()):
        given = [ast.unparse(argument) for argument in call.arguments]
        if call.name == "add" and len(given) > 1 and given[0].rpartition(".")[2] == name:
            return ", ".join(given[1:])
    return ""


def _callback_class(failure: Failure) -> Tip:
    """Tell of a callback that is a class, with its name where it has one."""
    made = [
        (name, node)
        for name, node in failure.assignments()
        if isinstance(node.value, ast.Name | ast.Attribute)
        and failure.held.get(name, Held("")).type == "type"
    ]
    if len(made) != 1:
        names = [n for n in _in_callbacks(failure) if failure.held.get(n, Held("")).type == "type"]
        if len(names) > 1:
            return failure.tip(_several_classes(failure, names))
        if len(names) != 1:
            return failure.tip(_is_the_class("One of the callbacks", "it"))
        plainly = _is_the_class(f"`{names[0]}`", names[0])
        return failure.tip(_made_already(failure, names[0], "into the list") or plainly)
    name, node = made[0]
    made_of = _is_the_class(f"`{name}`", ast.unparse(node.value))
    return failure.tip(made_of, node.lineno, Fact.NOT_CALLED)


def _several_classes(failure: Failure, names: list[str]) -> str:
    """Tell of several callbacks that are classes; and of the objects that a file has made."""
    known = Origins(failure.tree)
    made = {
        known.last_of(node.value.func): target.id
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    text = f"{' and '.join(f'`{name}`' for name in names)} are classes, not objects of them."
    if all(name in made for name in names):
        objects = " and ".join(f"`{made[name]}`" for name in names)
        return f"{text} Your file has made an object of each: put {objects} into the list."
    return f"{text} Calling a class, with parentheses and its settings in them, makes one."


def _in_callbacks(failure: Failure) -> list[str]:
    """Return the names that stand in the list of callbacks."""
    return [
        part.id
        for node in failure.nodes()
        if isinstance(node, ast.keyword)
        and node.arg == "callbacks"
        and isinstance(node.value, ast.List)
        for part in node.value.elts
        if isinstance(part, ast.Name)
    ]


def _made_already(failure: Failure, name: str, where: str) -> str:
    """Tell of the one object of a class that the file has made; "" where there is no such one.

    Args:
        failure: the error.
        name: of the class.
        where: the object is to be put, `"into the list"`.
    """
    names = Origins(failure.tree)
    made = {
        target.id
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Assign) and node.lineno < failure.line
        for target in node.targets
        if isinstance(target, ast.Name)
        and isinstance(node.value, ast.Call)
        and names.last_of(node.value.func) == name
    }
    read = {
        node.id
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    if len(made) != 1 or made & read:  # one that is used already may not be meant here
        return ""
    return (
        f"`{name}` is a class, not an object of it. Your file has made one, `{made.pop()}`: put "
        f"that name {where}."
    )


def _is_the_class(what: str, name: str) -> str:
    called = "Calling it" if name == "it" else f"Calling `{name}`"
    return f"{what} is a class, not an object of it. {called}, with parentheses, makes one."
