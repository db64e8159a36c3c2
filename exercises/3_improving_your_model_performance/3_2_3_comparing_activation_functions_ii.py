"""3.2.3 Comparing activation functions II

The four trainings of 3.2.2 were done once more, for 100 epochs instead of 20. Their
validation loss and validation accuracy after each epoch are ready for you. Now you
draw them, to see which activation function did best. pandas makes that easy: a
DataFrame can be made from a dictionary, and it can draw all its columns at once.

These are at hand:
- `val_loss_per_function`: a dictionary. Under each of the names `relu`, `leaky_relu`,
  `sigmoid` and `tanh` it has a list with the validation loss after each of 100 epochs.
- `val_acc_per_function`: the same with the validation accuracy.
- `pd`: pandas. `plt`: matplotlib.pyplot.

Steps
1. Make a DataFrame from `val_loss_per_function`: 100 rows, one for each epoch, and 4
   columns, one for each function. Keep it as `val_loss`.
2. Plot it: one line for each function.
3. Make a DataFrame from `val_acc_per_function` in the same way, as `val_acc`.
4. Plot that, too, in a plot of its own.

Which function has the lowest loss after 20 epochs, and which after 100?
"""

import matplotlib.pyplot as plt
import pandas as pd

from grader.datasets import activation_curves

val_loss_per_function, val_acc_per_function = activation_curves.load()

# TODO: make a DataFrame from `val_loss_per_function`
val_loss = ____

# TODO: plot it
____

# TODO: make a DataFrame from `val_acc_per_function`
val_acc = ____

# TODO: plot it
____
