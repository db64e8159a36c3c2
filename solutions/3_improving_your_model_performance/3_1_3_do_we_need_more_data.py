"""3.1.3 Do we need more data?

Would more digits make the network better? To find out, train it several times, each
time on a larger part of the digits that you have. If the accuracy on the test digits
still climbs at the end, more data would help. If it has levelled off, look elsewhere.

The comparison is only fair if each training starts from the same weights. A network
that keeps what it learned from the last part has a head start.

These are at hand:
- `model`: the compiled network of 3.1.1, 64 pixels in, 10 probabilities out.
- `initial_weights`: the weights of `model` before any training.
- `X_train`, `y_train`: 1257 digits to learn from, of shapes (1257, 64) and (1257, 10).
- `X_test`, `y_test`: 540 digits for the test.
- `training_sizes`: how many digits to train on: 125, 502, 879 and 1255.
- `early_stop`: a callback that ends a training once the loss falls no more.
- `train_accs`, `test_accs`: two empty lists for the results.
- `plot_results(train_accs, test_accs)`: draws both lists over the training sizes.

Steps, the first four of them once for each `size` in `training_sizes`:
1. Take the first `size` training digits, and the labels that belong to them.
2. Set `model` back to its `initial_weights`.
3. Train it on these digits for 50 epochs, with the callback `early_stop`.
4. Evaluate it on the digits that it was trained on, and add the accuracy to
   `train_accs`. Evaluate it on all test digits, and add the accuracy to `test_accs`.
5. After the loop, plot the results.
"""

from grader.datasets import digits, networks
from grader.datasets.early_stopping import EarlyStopping
from grader.datasets.plots import plot_results

X_train, y_train, X_test, y_test = digits.load_split()
model = networks.digits_network()
initial_weights = model.get_weights()
training_sizes = [125, 502, 879, 1255]
early_stop = EarlyStopping(monitor="loss", patience=1)
train_accs = []
test_accs = []

# TODO: fill in the loop, which runs once for each training size
for size in training_sizes:
    # TODO: take the first `size` training digits and their labels
    ### BEGIN SOLUTION
    X_train_frac, y_train_frac = X_train[:size], y_train[:size]
    ### END SOLUTION

    # TODO: set `model` back to its initial weights
    ### BEGIN SOLUTION
    model.set_weights(initial_weights)
    ### END SOLUTION

    # TODO: train it on these digits for 50 epochs, with `early_stop`
    ### BEGIN SOLUTION
    model.fit(X_train_frac, y_train_frac, epochs=50, callbacks=[early_stop])
    ### END SOLUTION

    # TODO: add the accuracy on these digits to `train_accs`
    ### BEGIN SOLUTION
    train_accs.append(model.evaluate(X_train_frac, y_train_frac)[1])
    ### END SOLUTION

    # TODO: add the accuracy on all test digits to `test_accs`
    ### BEGIN SOLUTION
    test_accs.append(model.evaluate(X_test, y_test)[1])
    ### END SOLUTION

print("Accuracy on the training digits:", train_accs)
print("Accuracy on the test digits:    ", test_accs)

# TODO: plot the two lists
### BEGIN SOLUTION
plot_results(train_accs, test_accs)
### END SOLUTION
