"""Shapes, as they are told."""

from __future__ import annotations

import numpy as np
import pytest

from grader.sizes import Axis, batch_text, shape_text


@pytest.mark.parametrize(
    ("axes", "alone", "of_many"),
    [
        ((5, 4), "(5, 4)", "(5, 4)"),
        ((10,), "(10,)", "(10,)"),
        ((), "()", ""),
        ((None, 4), "(None, 4)", "(n, 4)"),
        ((None, None, 8), "(None, None, 8)", "(n, None, 8)"),
        (("None", "None"), "(None, None)", "(n, None)"),
        (("n", 3), "(n, 3)", "(n, 3)"),
        ((np.int64(7),), "(7,)", "(7,)"),
    ],
)
def test_a_shape_is_told_as_python_shows_it(
    axes: tuple[Axis, ...], alone: str, of_many: str
) -> None:
    assert shape_text(axes) == alone
    assert not of_many or batch_text(axes) == of_many
