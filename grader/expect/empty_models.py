"""What is said of a model that has no layers."""

from __future__ import annotations

from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.written_file import WrittenCall
from grader.tips.renamed import LAYERS


def without_layers(model: Model, expected: str) -> CheckFailed:
    """Return the failure of a model that no layer was added to."""
    text, line = f"No layer was added to `{model.name}`.", model.line
    if called := _called_on_tensors(model):
        line, tensor = called.line, called.arguments[0]
        text += (
            f" `{called.name}(…)({tensor})` gives what the layer makes of `{tensor}`, and adds "
            "the layer to no Sequential. `add` does that, with the layer alone."
        )
    return CheckFailed(
        expected=expected,
        got="a model without layers",
        message=text,
        line=line,
        cause="no layers",
        absent=True,
    )


def _called_on_tensors(model: Model) -> WrittenCall | None:
    """Return the first call of a layer on a tensor, in a file that makes no model of tensors."""
    written = model.evidence.written
    if any(written.calls(kind) for kind in ("Model", "Functional")):
        return None
    called = [
        call for kind in LAYERS for call in written.calls(kind) if call.of_made and call.arguments
    ]
    return min(called, key=lambda call: call.line, default=None)
