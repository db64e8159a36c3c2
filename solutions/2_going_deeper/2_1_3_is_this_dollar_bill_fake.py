"""2.1.3 Is this dollar bill fake?

The network that tells real notes from fake ones is built and compiled. Now it
learns, and then you see how often it is right with notes that it has not seen.

These are at hand:
- `model`: the network, 4 measurements in, the probability of a fake out.
- `X_train`, `y_train`: 960 notes to learn from. The measurements have shape
  (960, 4), the labels (960,): 0 is real, 1 is fake.
- `X_test`, `y_test`: 412 more notes for the test.

Steps
1. Train `model` on the training notes for 20 epochs.
2. Evaluate it on the test notes. `evaluate` gives the loss first, then the
   accuracy. Keep the accuracy, a number between 0 and 1, as `accuracy`.
"""

from grader.datasets import banknotes, networks

X_train, y_train, X_test, y_test = banknotes.load_split()
model = networks.banknote_network()

# TODO: train `model` on the training notes for 20 epochs
### BEGIN SOLUTION
model.fit(X_train, y_train, epochs=20)
### END SOLUTION

# TODO: evaluate the model on the test notes and keep the accuracy
### BEGIN SOLUTION
accuracy = model.evaluate(X_test, y_test)[1]
### END SOLUTION

print("Accuracy on new notes:", accuracy)
