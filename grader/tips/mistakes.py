"""What errors at run time mean that beginners often meet, in the learner's terms.

Keras and Python say what they could not do; these tips say what probably led to it. The
words of the errors are those of Keras 3.15, NumPy 2.4 and Python 3.11. Spellings of 2019
are in `grader.tips.idioms`.
"""

from __future__ import annotations

import ast
import re

from grader.assignments import (
    RETURN_NOTHING,
    bindings_of,
    cause_of_none,
    returns_nothing,
    why_none,
)
from grader.evidence.record import Held, Raised
from grader.names import Names
from grader.places import OnLine, said
from grader.tips.conversions import one_row, wrong_kind
from grader.tips.failure import Failure, ParsedFile, method_calls
from grader.tips.hiding import hidden_name
from grader.tips.labels import labels_do_not_fit
from grader.tips.masks import by_mask
from grader.tips.misplaced import misplaced_argument
from grader.tips.misspellings import misspelt_argument, misspelt_attribute
from grader.tips.origins import MODELS
from grader.tips.other_languages import of_another_language
from grader.tips.other_libraries import of_another_library
from grader.tips.own_classes import own_class
from grader.tips.pieces import (
    joined_one_by_one,
    list_or_dictionary,
    name_in_quotes,
    no_picture,
    of_scikit_learn,
    one_of_many,
    several_texts,
    split_at_nothing,
    takes_nothing,
    texts_in_a_list,
    unpacked,
)
from grader.tips.plotted_lists import lists_differ
from grader.tips.ranges import out_of_range
from grader.tips.refusals import ends_swapped, layer_refuses, never_called
from grader.tips.removed_columns import column_taken_out
from grader.tips.rows import rows_differ
from grader.tips.shapes import (
    features_do_not_fit,
    no_array,
    no_list_of_arrays,
    shape_is_no_tuple,
    size_is_no_pair,
)
from grader.tips.tables import column_for_name, table_index
from grader.tips.uncalled_classes import class_for_object
from grader.tips.unchangeable import read_only
from grader.tips.undefined import undefined_name
from grader.tips.wiring import wiring
from grader.verdict import Fact, Tip


def runtime_tips(raised: Raised, submission: ParsedFile, names: Names) -> list[Tip]:
    """Return what the error that stopped a file means, if it is one that beginners make.

    Args:
        raised: the error.
        submission: the file.
        names: that the exercise knows.
    """
    if raised.line is None:
        return []
    failure = Failure(
        raised.type,
        raised.message,
        raised.line,
        submission.tree,
        names,
        raised.call,
        raised.held,
        raised.behind,
        raised.nearest,
        raised.lines,
    )
    for rule in _RULES:
        tip = rule(failure)
        if tip is not None:
            return [tip]
    return []


def _not_compiled(failure: Failure) -> Tip | None:
    if "You must call `compile()`" not in failure.message:
        return None
    calls = method_calls(ast.walk(failure.tree))
    later = [call.line for call in calls if call.name == "compile" and call.line > failure.line]
    text = "The model is not compiled yet. Compile it before this line, "
    if later:
        return failure.tip(said(text, "not as late as ", OnLine(later[0]), "."))
    return failure.tip(text + "with an optimizer and a loss.")


def _only_the_loss(failure: Failure) -> Tip | None:
    patterns = (
        "'float' object is not subscriptable|invalid index to scalar variable|"
        "cannot unpack non-iterable float object|'float' object is not iterable"
    )
    if not re.search(patterns, failure.message):
        return None
    kept = any(
        call.name == "evaluate"
        for _, assignment in failure.assignments()
        for call in method_calls([assignment.value])
    )
    taken_apart = any(
        isinstance(node, ast.Subscript) and isinstance(node.value, ast.Subscript)
        for node in failure.nodes()
    )
    if not kept and (taken_apart or not failure.calls("evaluate")):
        return None
    if kept and any(held.type == "list" for held in failure.held.values()):
        return None  # it returned several
    text = (
        "`evaluate` returned one number, the loss. It returns more only if the model was compiled "
        "with metrics."
    )
    places = [node.slice for node in failure.nodes() if isinstance(node, ast.Subscript)]
    first = len(places) == 1 and ast.unparse(places[0]) == "0"
    return failure.tip(f"{text} For the loss, leave `[0]` out." if first else text)


def _of_evaluate(failure: Failure) -> Tip | None:
    """Tell of the list that evaluate returns, taken for one number or for a dictionary."""
    if not re.search(
        r"list indices must be integers or slices, not str|list index out of range"
        r"|type list doesn't define __round__|must be a string or a real number, not 'list'"
        r"|int\(\) argument must be .*not 'list'|bad operand type for abs\(\): 'list'"
        r"|unsupported format string passed to list",
        failure.message,
    ):
        return None
    returned = {name: line for name, value, line in failure.assigned() if _calls_evaluate(value)}
    lists = [name for name in returned if failure.held.get(name, Held("")).type == "list"]
    if not lists and not failure.calls("evaluate"):
        return None
    if any(isinstance(node, ast.keyword) and node.arg == "return_dict" for node in failure.nodes()):
        return None
    text = "`evaluate` returns a list here: the loss, then what the model was compiled to measure."
    if "not str" in failure.message:
        text += " Its numbers are asked for by their places, from 0 on; with `return_dict=True` by "
        return failure.tip(text + "their names.")
    if "out of range" in failure.message:
        return failure.tip(text + " Its places are counted from 0.")
    text += " Take one number out of it first."
    if failure.scope() and len(lists) == 1:  # the function may be a given one
        return failure.tip(text, returned[lists[0]], Fact.OTHER_KIND)
    return failure.tip(text)


def _calls_evaluate(value: ast.expr) -> bool:
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr == "evaluate"


def _history_itself(failure: Failure) -> Tip | None:
    if "'History' object" not in failure.message:
        return None
    held = {name: failure.held[name].type for name in failure.names() if name in failure.held}
    models = [name for name, kind in held.items() if kind in MODELS]
    if len(models) == 1 and "History" in held.values():
        lines = [line for name, _, line in failure.assigned() if name == models[0]]
        return failure.tip(
            f"`{models[0]}` is a model here. What its `fit` returns, a History, is what is meant.",
            max(lines, default=None),
            Fact.OTHER_KIND,
        )
    return failure.tip(
        "`fit` returns a History object. The numbers are in its attribute `.history`, a dictionary "
        "with a list for each metric."
    )


def _not_validated(failure: Failure) -> Tip | None:
    """Tell of what is measured on validation data, in the history of a training without any."""
    key = failure.message.strip("'\"")
    if failure.kind != "KeyError" or not key.startswith("val_"):
        return None
    calls = [node for node in ast.walk(failure.tree) if isinstance(node, ast.Call)]
    fits = [node for node in calls if ast.unparse(node.func).endswith(".fit")]
    named = {keyword.arg for node in calls for keyword in node.keywords}
    if not fits or named & {"validation_data", "validation_split", None}:
        return None
    return failure.tip(
        f"{key!r} is measured on validation data, and fit was given none: neither "
        "`validation_data` nor `validation_split`.",
        line=fits[0].lineno if len(fits) == 1 else None,
        tells=Fact.NOT_VALIDATED,
    )


def _history_given(failure: Failure) -> Tip | None:
    """Tell of a whole History where lists of its numbers are taken."""
    found = re.search(r"(\w+)\(\) missing \d+ required positional arg", failure.message)
    given = [
        part.id
        for node in failure.nodes()
        if found and isinstance(node, ast.Call) and ast.unparse(node.func).endswith(found[1])
        for part in node.args
        if isinstance(part, ast.Name) and failure.held.get(part.id, Held("")).type == "History"
    ]
    if not found or len(given) != 1:
        return None
    return failure.tip(
        f"`{found[1]}` takes lists of numbers, and `{given[0]}` is the whole record of a training. "
        f"The lists are in `{given[0]}.history`, a dictionary."
    )


def _history_twice(failure: Failure) -> Tip | None:
    if "'dict' object has no attribute 'history'" not in failure.message:
        return None
    owners = [
        node.value
        for node in failure.nodes()
        if isinstance(node, ast.Attribute) and node.attr == "history"
    ]
    kinds = {
        failure.held.get(owner.id, Held("")).type if isinstance(owner, ast.Name) else ""
        for owner in owners
    }
    if not owners or kinds == {"History"}:  # then it is taken once more where they are given
        return failure.tip(
            "What is called here looks up `.history` on its own, and got the dictionary that "
            "stands in it. Give it what fit returned."
        )
    return failure.tip(
        "`.history` is taken here of a dictionary, which is what stands in `.history` of what fit "
        "returned. Once is enough."
    )


def _is_none(failure: Failure) -> Tip | None:
    if "'NoneType' object" not in failure.message:
        return None
    scope, bindings = failure.scope(), bindings_of(failure.tree)
    for name in sorted(failure.names()):
        held = failure.held.get(name)
        if held is not None and held.type != "NoneType":
            continue
        found = bindings.get(name, [])
        own = scope if any(one.scope == scope for one in found) else 0
        stopped = failure.line if own else failure.outermost()
        cause = cause_of_none(found, own, stopped)
        if cause is not None and (returns_nothing(cause) or (held is not None and cause.call)):
            return failure.tip(why_none(name, cause), cause.line, Fact.NOTHING)
    owners = [n.value for n in failure.nodes() if isinstance(n, ast.Attribute | ast.Subscript)]
    for call in method_calls(owners):
        if call.name in RETURN_NOTHING:
            return failure.tip(
                f"`{call.name}` returns nothing, so nothing can be done with its result. Begin a "
                "new line after it."
            )
    return None


_RULES = (
    hidden_name,
    _not_compiled,
    _only_the_loss,
    _of_evaluate,
    own_class,
    misplaced_argument,
    wiring,
    out_of_range,
    layer_refuses,
    never_called,
    labels_do_not_fit,
    features_do_not_fit,
    column_for_name,
    by_mask,
    one_row,
    rows_differ,
    column_taken_out,
    table_index,
    wrong_kind,
    shape_is_no_tuple,
    size_is_no_pair,
    no_array,
    no_list_of_arrays,
    ends_swapped,
    unpacked,
    list_or_dictionary,
    no_picture,
    name_in_quotes,
    one_of_many,
    several_texts,
    texts_in_a_list,
    takes_nothing,
    joined_one_by_one,
    split_at_nothing,
    lists_differ,
    read_only,
    of_scikit_learn,
    of_another_language,
    undefined_name,
    misspelt_argument,
    _history_itself,
    _history_given,
    _history_twice,
    _not_validated,
    _is_none,
    class_for_object,
    of_another_library,
    misspelt_attribute,
)
