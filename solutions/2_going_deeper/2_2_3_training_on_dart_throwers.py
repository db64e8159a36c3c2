"""2.2.3 Training on dart throwers

The network for the four dart players is built, and the throws are prepared. Now it
learns, and then it is put to the test with throws that it has never seen.

These are at hand:
- `model`: the compiled network, 2 numbers in, 4 probabilities out.
- `coord_train`, `competitors_train`: 640 throws to learn from. The coordinates have
  shape (640, 2), the one-hot labels (640, 4).
- `coord_test`, `competitors_test`: 160 more throws for the test.

Steps
1. Train `model` on the training throws for 200 epochs.
2. Evaluate it on the test throws. `evaluate` gives the loss first and then the
   accuracy. Keep the accuracy, a number between 0 and 1, as `accuracy`.
"""

from grader.datasets import darts, networks

coord_train, competitors_train, coord_test, competitors_test = darts.load_split()
model = networks.darts_network()

# TODO: train `model` on the training throws for 200 epochs
### BEGIN SOLUTION
model.fit(coord_train, competitors_train, epochs=200)
### END SOLUTION

# TODO: evaluate the model on the test throws and keep the accuracy
### BEGIN SOLUTION
accuracy = model.evaluate(coord_test, competitors_test)[1]
### END SOLUTION

print("Accuracy on new throws:", accuracy)
