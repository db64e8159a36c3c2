"""2.4.1 The history callback

While a network trains, Keras writes down how it does after every epoch. This record is
the history. Plotted, it shows at a glance whether the network still improves, and
whether it does as well on data that it does not learn from.

The network is the irrigation machine again: 20 sensors in, 3 probabilities out.

These are at hand:
- `model`: the compiled network. Its metric is called `accuracy`.
- `X_train`, `y_train`: 1400 fields to learn from, of shapes (1400, 20) and (1400, 3).
- `X_test`, `y_test`: 600 fields to validate on.
- `plot_loss(loss, val_loss)` and `plot_accuracy(acc, val_acc)`: each takes two lists
  with one number per epoch, and draws a plot of two lines. The training line comes
  first.

Steps
1. Train `model` on the training fields for 50 epochs. Let it validate on the test
   fields after each epoch. Keep what fit returns as `history`.
2. Plot the loss: on the training data, then on the validation data.
3. Plot the accuracy in a second plot, in the same way.
"""

import matplotlib.pyplot as plt
import numpy as np

from grader.datasets import irrigation, networks
from grader.datasets.plots import plot_accuracy, plot_loss

X_train, y_train, X_test, y_test = irrigation.load_split()
model = networks.irrigation_network()

# TODO: train `model` for 50 epochs, validate on the test fields, keep the `history`
history = ____

# TODO: plot the loss of the training and of the validation
____

# TODO: plot the accuracy of the training and of the validation
____
