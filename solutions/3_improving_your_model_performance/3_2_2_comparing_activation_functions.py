"""3.2.2 Comparing activation functions

Which activation function is best for a network? Nobody can say beforehand, so people
try. You train the irrigation machine four times, each time with another activation
function in its hidden layer, and keep how each training went.

These are at hand:
- `get_model(act_function)`: takes the name of an activation function, and returns a new
  network with this function in its hidden layer: compiled, not yet trained, 20 sensors
  in, 3 probabilities out.
- `X_train`, `y_train`: 1400 fields to learn from, of shapes (1400, 20) and (1400, 3).
- `X_test`, `y_test`: 600 fields to validate on.

Steps
1. Make a list called `activations` with the names of four functions: `relu`,
   `leaky_relu`, `sigmoid` and `tanh`.
2. For each name in the list, get a new network that has this function.
3. Train it on the training fields for 20 epochs, and let it validate on the test fields
   after each epoch.
4. Keep what fit returns in the dictionary `activation_results`, under the function's
   name.
"""

import keras

from grader.datasets import irrigation, networks

X_train, y_train, X_test, y_test = irrigation.load_split()


def get_model(act_function: str) -> keras.Model:
    """Return a new, compiled network with this activation function in its hidden layer."""
    return networks.irrigation_network(activation=act_function)


# TODO: list the names of the four activation functions
### BEGIN SOLUTION
activations = ["relu", "leaky_relu", "sigmoid", "tanh"]
### END SOLUTION

activation_results = {}

for act in activations:
    # TODO: get a new network with this activation function
    ### BEGIN SOLUTION
    model = get_model(act)
    ### END SOLUTION

    # TODO: train it for 20 epochs, validate on the test fields, keep the history
    ### BEGIN SOLUTION
    h_callback = model.fit(X_train, y_train, epochs=20, validation_data=(X_test, y_test))
    ### END SOLUTION

    # TODO: put the history into `activation_results`, under the function's name
    ### BEGIN SOLUTION
    activation_results[act] = h_callback
    ### END SOLUTION

    print("Finished with", act)
