"""1.2.2 Counting parameters

How large is a network? People mostly answer with its number of parameters: the weights
and biases that training adjusts. In this exercise you build a network of your own and
then count.

A connection between two neurons has one weight. A neuron of a dense layer also has one
bias, a number that it adds to its sum. Inputs are mere numbers, so they have none.

Build the network first: 3 numbers in, a hidden layer of 5 neurons, 1 number out. Then
try to find the answer with pencil and paper, before you run the file. Its last line
prints a summary, so you can compare.

The question: how many parameters does the hidden layer have?

1. 15: one weight for each of its connections to the inputs.
2. 18: 15 weights, and 3 biases, one for each input.
3. 20: 15 weights, and 5 biases, one for each of its neurons.
4. 26: all the weights and biases that there are.

Steps
1. Make a sequential model called `model` that takes 3 numbers.
2. Add a dense layer of 5 neurons with the relu activation, and then a dense output layer
   of 1 neuron without an activation.
3. Set `answer` to the number of the option that is right, 1 to 4.
"""

import keras
from keras.layers import Dense, Input
from keras.models import Sequential

# TODO: make a sequential `model` that takes 3 numbers
____

# TODO: add the hidden layer, 5 neurons with relu, and the output layer, 1 neuron
# without an activation
____

# TODO: how many parameters does the hidden layer have? Set `answer` to the number of
# the right option: 1, 2, 3 or 4
answer = ____

model.summary()
