"""A network as a task describes it, declared once for all the checks that look at its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.expect.compilation import expect_loss, expect_metric, expect_optimizer
from grader.expect.layers import Layer
from grader.expect.model import Model
from grader.expect.structure import expect_activations, expect_input, expect_layers


@dataclass(frozen=True)
class Network:
    """What a task says of a network. Each method looks at one part of the learner's model."""

    input: tuple[int, ...]
    """The shape of one sample, without the batch: `(2,)`."""
    layers: list[Layer]
    optimizer: str = ""
    """`"adam"`; of no use where the task does not compile."""
    loss: str = ""
    """By its full name, `"mean_squared_error"`."""
    metrics: tuple[str, ...] = ()
    """The metric that the task names, and those that compute the same of this network."""
    why: Mapping[str, str] = field(default_factory=dict)
    """What to tell of a wrong activation or loss, by what is expected: `{"softmax": "…"}`."""
    besides: frozenset[str] = frozenset()
    """Settings of layers that other checks of the exercise look at, or that do not count there."""

    def expect_input(self, model: Model) -> None:
        """Expect samples of its input's shape."""
        expect_input(model, self.input, len(self.layers))

    def expect_layers(self, model: Model) -> None:
        """Expect its kinds and sizes of layers, in its order, and no other settings."""
        expect_layers(model, self.input, self.layers, self.besides)

    def expect_activations(self, model: Model) -> None:
        """Expect its activations, whether in a layer or behind it."""
        expect_activations(model, self.layers, self.why)

    def expect_optimizer(self, model: Model) -> None:
        """Expect its optimizer, with any learning rate."""
        expect_optimizer(model, self.optimizer)

    def expect_loss(self, model: Model) -> None:
        """Expect its loss, in any of its spellings."""
        expect_loss(model, self.loss, self.why.get(self.loss, ""))

    def expect_metric(self, model: Model) -> None:
        """Expect its metric, or one that computes the same here."""
        name, *also = self.metrics
        expect_metric(model, name, tuple(also))
