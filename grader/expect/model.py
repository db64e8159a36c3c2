"""A learner's model, as the checks see it: what it says of itself, and itself rebuilt from that."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import keras
import msgspec
import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.rebuilding import CannotRebuild, rebuild
from grader.evidence.record import StoredModel, UnstoredModel
from grader.evidence.values import Numbers, Settings
from grader.expect.layers import Layer, NotAChain, UsedTwice, layers_of
from grader.expect.outcome import CheckFailed, CheckSkipped
from grader.expect.training import Training

if TYPE_CHECKING:
    from grader.expect.findings import Evidence

_BATCH = 4096


@dataclass
class Model:
    """A learner's model, with the evidence that it comes from."""

    number: int
    """Of the model in calls; of a copy that was not trained itself, that of the original."""
    name: str
    stored: StoredModel | UnstoredModel
    evidence: Evidence = field(repr=False)

    @property
    def line(self) -> int | None:
        """The line that last bound the model's name."""
        return self.evidence.line_of(self.name)

    @property
    def line_of_compile(self) -> int | None:
        """The line to blame for its compile settings, where no call of compile is known."""
        return self.line

    def line_of_layer(self, name: str) -> int | None:
        """The line that made the layer of this name; the model's own where that is not known."""
        lines = self.stored.lines if isinstance(self.stored, StoredModel) else {}
        return lines.get(name, self.line)

    def line_of_place(self, name: str) -> int | None:
        """The line that put the layer of this name where it stands; else that made it."""
        placed = self.stored.placed if isinstance(self.stored, StoredModel) else {}
        return placed.get(name) or self.line_of_layer(name)

    @property
    def trainings(self) -> list[Training]:
        """Its trainings, in order; see `expect_trained` for a model that needs one."""
        return [
            training for training in self.evidence.trainings if training.call.model == self.number
        ]

    @property
    def begun_trainings(self) -> list[Training]:
        """Its trainings, with one that was under way when the file was stopped."""
        begun = self.evidence.begun_trainings
        return [training for training in begun if training.call.model == self.number]

    @cached_property
    def keras(self) -> keras.Model:
        """The model rebuilt in this process, with the learner's weights.

        Raises:
            CheckFailed: it is made of things that are not Keras's own.
            CheckSkipped: the file stopped before it was whole.
        """
        try:
            return rebuild(self.stored, self.evidence.folder)
        except CannotRebuild as error:
            raise CheckFailed(
                expected="a model made of Keras's own layers",
                got=f"a {self.stored.type[:60]} that cannot be rebuilt",
                message=str(error),
                line=self.line,
                cause=f"model {self.number}",
            ) from None
        except DamagedEvidence:
            if not self.evidence.ended_early:
                raise
            raise self.evidence.not_before(f"`{self.name}` was whole") from None

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers in order; raises CheckFailed where they do not stand in one line."""
        try:
            return layers_of(self.keras)
        except NotAChain:
            raise CheckFailed(
                expected="layers in one line, each fed by the one before",
                got="a model that branches, or has several inputs or outputs",
                message=f"Connect the layers of `{self.name}` one after the other.",
                line=self.line,
                cause=f"model {self.number}",
            ) from None
        except UsedTwice as error:
            raise CheckFailed(
                expected="each layer once",
                got=f"`{error}` in {'two' if error.places == 2 else error.places} places",
                message=f"{'Both' if error.places == 2 else 'All'} places share one set of "
                "weights. Make a new layer for each of them.",
                line=self.line_of_layer(str(error)),
                cause=f"model {self.number}",
            ) from None

    @property
    def input_shape(self) -> tuple[int | None, ...] | None:
        """The shape of one sample, without the batch; None while the model does not know it."""
        try:
            return tuple(self.keras.input_shape)[1:]
        except (AttributeError, ValueError, TypeError):
            return None

    @property
    def shape_asked_for(self) -> tuple[int | None, ...] | None:
        """The shape of one sample that a Sequential with nothing but an Input was told."""
        match self.keras.get_config().get("layers"):
            case [{"class_name": "InputLayer", "config": {"batch_shape": [_, *shape]}}]:
                return tuple(shape)
            case [{"class_name": "InputLayer", "config": {"batch_shape": (_, *shape)}}]:
                return tuple(shape)
            case _:
                return None

    @property
    def compiled(self) -> Settings | None:
        """The compile settings; None where the model was not compiled."""
        return (self.stored.compiled or None) if isinstance(self.stored, StoredModel) else None

    @property
    def learning_rate(self) -> float:
        """The learning rate of its optimizer at the end.

        Raises:
            DamagedEvidence: none was written down, as of a model that was never compiled.
        """
        if isinstance(self.stored, UnstoredModel) or self.stored.learning_rate is None:
            raise DamagedEvidence("a compiled model has no learning rate")
        return self.stored.learning_rate

    def with_weights(self, weights: list[Numbers] | None) -> Model:
        """Return the model as it was with these weights; see `Call.weights_after`.

        Raises:
            CheckSkipped: they were not kept.
        """
        if weights is None:
            raise CheckSkipped("the weights of this training were not kept")
        if isinstance(self.stored, UnstoredModel):
            return self
        stored = msgspec.structs.replace(self.stored, weights=weights)
        return Model(self.number, self.name, stored, self.evidence)

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Return the rebuilt model's outputs for FEATURES, computed here.

        Raises:
            CheckFailed: the model does not take data of this shape.
        """
        data = np.asarray(features, dtype=np.float32)
        if data.ndim == 1:
            data = data[:, None]
        try:
            parts = [
                np.asarray(self.keras(data[start : start + _BATCH], training=False))
                for start in range(0, len(data), _BATCH)
            ]
            return np.concatenate(parts)
        except (CheckFailed, CheckSkipped, DamagedEvidence, MemoryError):
            raise
        except Exception as error:
            if type(error).__name__ == "ResourceExhaustedError":  # TensorFlow's
                raise MemoryError from None
            raise CheckFailed(
                expected=f"a model that takes samples of shape {data.shape[1:]}",
                got=f"one that takes {self.input_shape}",
                message=f"`{self.name}` cannot be used on this exercise's data.",
                line=self.line,
                cause=f"predict {self.number}",
            ) from error
