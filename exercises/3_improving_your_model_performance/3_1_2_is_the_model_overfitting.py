"""3.1.2 Is the model overfitting?

A network that overfits learns its training data by heart. You can see it in the
learning curve: the loss on the training data goes on falling, while the loss on data
that the network does not learn from has turned and rises again.

You train the digits network, plot its learning curve, and judge for yourself.

These are at hand:
- `model`: the compiled network of 3.1.1, 64 pixels in, 10 probabilities out.
- `X_train`, `y_train`: 1257 digits to learn from, of shapes (1257, 64) and (1257, 10).
- `X_test`, `y_test`: 540 digits to validate on.
- `plot_loss(loss, val_loss)`: takes two lists with one number per epoch, and draws two
  lines. The training line comes first.

The question: has the network overfitted after the 60 epochs?

1. Yes: at the end the loss on the test digits is larger than the loss on the training
   digits.
2. Yes: the loss on the test digits falls at first, but then it turns and rises.
3. No: the loss on the test digits falls, then levels off, and does not rise again.
4. No: a network of two layers is too small to overfit, whatever its curve looks like.

Steps
1. Train `model` on the training digits for 60 epochs. Let it validate on the test
   digits after each epoch. Keep what fit returns as `h_callback`.
2. Plot the loss on the training data and on the validation data.
3. Run the file and look at the plot. Then set `answer` to the number of the option that
   is right, 1 to 4.
"""

import matplotlib.pyplot as plt

from grader.datasets import digits, networks
from grader.datasets.plots import plot_loss

X_train, y_train, X_test, y_test = digits.load_split()
model = networks.digits_network()

# TODO: train `model` for 60 epochs, validate on the test digits, keep the history
h_callback = ____

# TODO: plot the loss of the training and of the validation
____

# TODO: is the network overfitting? Set `answer` to the number of the right option:
# 1, 2, 3 or 4
answer = ____
