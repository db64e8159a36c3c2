"""4.1.2 Neural separation

In 4.1.1 you looked into a trained network. Now watch one while it learns. The first layer
has two neurons, so what it makes of a note is a point in a plane. The last neuron can only
draw a straight line through this plane. So the first layer must learn to lay the real notes
on one side and the fake ones on the other.

These are at hand:
- `model`: the compiled network, not yet trained. 4 measurements go in, through 2 neurons
  with relu, and the probability of a fake comes out.
- `X_train`, `y_train`: 960 notes to learn from. `X_test`, `y_test`: 412 more.
- `inp_to_out`: a function from the input of the first layer to its output. It takes a list
  with one array and returns a list with one array.
- `plot()`: plots what the first layer makes of the test notes, real and fake in two
  colours. It takes no argument. It reads `layer_output`, `y_test`, `i` and `test_accuracy`
  of this file, so these must be up to date when it is called.

Steps, for each `i` from 0 to 20
1. Train the model for one epoch on the training notes, in batches of 16. Each call of fit
   goes on where the last one ended.
2. In every fourth epoch, that is 0, 4, 8, 12, 16 and 20: keep what the first layer makes of
   `X_test` as `layer_output`, an array of shape (412, 2).
3. In these epochs, keep the accuracy on the test notes as `test_accuracy`.
4. In these epochs, plot.
"""

import keras
import matplotlib.pyplot as plt

from grader.datasets import banknotes, networks

X_train, y_train, X_test, y_test = banknotes.load_split()
model = networks.neuron_pair_network()
inp_to_out = keras.Function([model.layers[0].input], [model.layers[0].output])


def plot():
    plt.figure()
    for label, name, colour in ((0, "real", "tab:green"), (1, "fake", "tab:red")):
        points = layer_output[y_test == label]
        plt.scatter(points[:, 0], points[:, 1], s=12, color=colour, label=name)
    plt.title(f"Epoch {i}, test accuracy {test_accuracy:.3f}")
    plt.xlabel("first neuron")
    plt.ylabel("second neuron")
    plt.legend()
    plt.show()


# TODO: fill in the loop, which runs once for each epoch
for i in range(0, 21):
    # TODO: train the model for one epoch, in batches of 16
    ____
    if i % 4 == 0:
        # TODO: keep what the first layer makes of the test notes
        layer_output = ____

        # TODO: keep the accuracy on the test notes
        test_accuracy = ____

        # TODO: plot
        ____
