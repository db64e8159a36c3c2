"""1.2.1 Hello nets!

Your first network! It is a small one: 2 numbers go in, pass through one hidden layer of
10 neurons, and come out as 1 number.

Here is what you need to build it:
- `Sequential()` makes an empty model. Its layers stand one behind the other, and data
  pass through them from the first to the last.
- `model.add(...)` puts one more layer at the end.
- `Input((n,))` says that each sample consists of n numbers. It comes before the first
  layer.
- `Dense(n)` is a fully connected layer: each of its n neurons is fed with everything
  that the layer before gives. Its argument `activation` takes the name of a function
  that is applied to what the neurons give; left out, nothing is applied.
- A model's method `summary` prints a table of its layers and how many parameters they
  have. Parameters are the numbers that training will change.

Steps
1. Make a sequential model called `model` that takes 2 numbers.
2. Add a dense layer of 10 neurons with the relu activation.
3. Add a dense output layer of 1 neuron, without an activation.
4. Print the summary of the finished model. You should see 41 parameters in all.
"""

import keras
from keras.layers import Dense, Input
from keras.models import Sequential

# TODO: make a sequential `model` that takes 2 numbers
### BEGIN SOLUTION
model = Sequential()
model.add(Input((2,)))
### END SOLUTION

# TODO: add the hidden layer: 10 neurons with relu
### BEGIN SOLUTION
model.add(Dense(10, activation="relu"))
### END SOLUTION

# TODO: add the output layer: 1 neuron, no activation
### BEGIN SOLUTION
model.add(Dense(1))
### END SOLUTION

# TODO: print the summary of the model
### BEGIN SOLUTION
model.summary()
### END SOLUTION
