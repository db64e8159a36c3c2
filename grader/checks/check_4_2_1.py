"""Checks for 4.2.1, building a CNN model."""

from grader.expect.findings import Evidence
from grader.expect.model import Model
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check
from grader.expect.specifications import complete, conv2d, dense, flatten
from grader.expect.structure import expect_layers

HINTS = (
    "An image goes in with its rows, its columns and the numbers of a pixel. The convolutional "
    "layers come first; the dense layer wants one row of numbers, so something must stand "
    "between them.",
    "Conv2D takes the number of filters and the size of a filter. Flatten takes nothing. Ten "
    "outputs that add up to 1 need an activation that looks at all of them together.",
    'Add `Input((28, 28, 1))`, then `Conv2D(32, kernel_size=3, activation="relu")`, the same with '
    "16 filters, `Flatten()`, and a Dense layer of 10 neurons with the softmax activation.",
)
WITHHELD = ("grader.datasets.networks.cnn_network", "grader.datasets.trained.load")

INPUT = (28, 28, 1)
NETWORK = Network(
    input=INPUT,
    layers=[conv2d(32, 3, "relu"), conv2d(16, 3, "relu"), flatten(), dense(10, "softmax")],
    why={
        "softmax": "An image shows exactly one digit, so the ten outputs must be "
        "probabilities that add up to 1.",
    },
)


@check(points=2)
def test_input(evidence: Evidence) -> None:
    """The model takes images of 28 by 28 pixels, with one number for each pixel."""
    model = evidence.model()
    got = model.input_shape
    if got is not None and got != INPUT:
        raise CheckFailed(
            expected=f"input of shape {INPUT}",
            got=f"input of shape {got}",
            message="These images have one number for each pixel: no colours, only brightness."
            if got == (28, 28, 3)
            else "One image has 28 rows, 28 columns and 1 number for each pixel.",
            line=model.line,
        )
    NETWORK.expect_input(model)


def _fed_with(model: Model) -> tuple[int, ...]:
    """Return the input to compare layers for: an odd one is told by its own check."""
    got = model.input_shape or ()
    sizes = [size for size in got if size is not None]
    is_image = len(got) == len(sizes) == len(INPUT) and min(sizes[:2]) > 4
    return tuple(sizes) if is_image else INPUT


def _expect_plain_steps(model: Model) -> None:
    """Expect filters that move pixel by pixel and stay inside the image."""
    wanted = complete(NETWORK.layers, _fed_with(model))
    for position, (here, got) in enumerate(zip(wanted, model.layers, strict=False), start=1):
        if here.kind != "Conv2D" or (got.kind, got.settings) != (here.kind, here.settings):
            return
        if got.output_shape is None or got.output_shape == here.output_shape:
            continue
        shapes = [layer.output_shape[1:] for layer in (here, got) if layer.output_shape]
        padded = shapes[0][0] is not None and shapes[1][0] == shapes[0][0] + 2
        raise CheckFailed(
            expected=f"layer {position}: Conv2D, output {shapes[0]}",
            got=f"layer {position}: Conv2D, output {shapes[1]}",
            message="The image is padded, so that it keeps its size. A plain convolution makes it "
            "2 pixels smaller each way."
            if padded
            else "The filter does not move pixel by pixel. In Conv2D the size of a filter is one "
            "setting, for both sides; what follows it is how far the filter moves.",
            line=model.line_of_layer(got.name),
        )


@check(points=4)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    model = evidence.model()
    _expect_plain_steps(model)
    expect_layers(model, _fed_with(model), NETWORK.layers)


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """Each layer has the right activation."""
    NETWORK.expect_activations(evidence.model())
