"""4.1.1 It's a flow of tensors

Data flows through a network from layer to layer, and usually you see only what comes out
at the end. Here you open the network and look at what its first layer makes of the
banknotes.

A Keras layer has an `input` and an `output`. Both are tensors without values: they stand
for whatever flows in and out. `keras.Function` connects two such tensors. It takes a
list of tensors where data go in and a list of tensors that you want to know, and gives
back a function. That function takes a list of arrays, one for each tensor where data go
in, and returns a list of arrays, one for each tensor that you asked for.

These are at hand:
- `model`: the trained network. 4 measurements go in, through a layer of 2 neurons with
  relu and one neuron with sigmoid, and the probability of a fake comes out.
- `X_test`: the measurements of 412 notes, shape (412, 4).

Steps
1. Keep the input tensor of the first layer as `inp`. `model.layers` is the list of the
   layers, the first one first.
2. Keep the output tensor of the first layer as `out`.
3. Make a function that computes `out` from `inp`. Call it `inp_to_out`.
4. Give `X_test` to the function. Keep the array that comes back, shape (412, 2), as
   `layer_output`: two numbers for each note, one from each neuron.

Some numbers are exactly 0. Why is none of them negative?
"""

import keras

from grader.datasets import banknotes, trained

model = trained.load("banknotes")
X_train, y_train, X_test, y_test = banknotes.load_split()

# TODO: take the input tensor of the first layer
### BEGIN SOLUTION
inp = model.layers[0].input
### END SOLUTION

# TODO: take the output tensor of the first layer
### BEGIN SOLUTION
out = model.layers[0].output
### END SOLUTION

# TODO: make a function from `inp` to `out`
### BEGIN SOLUTION
inp_to_out = keras.Function([inp], [out])
### END SOLUTION

# TODO: let the test notes flow through it, and keep the array that comes back
### BEGIN SOLUTION
layer_output = inp_to_out([X_test])[0]
### END SOLUTION

print("What the two neurons say of the test notes:")
print(layer_output)
