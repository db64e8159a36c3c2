"""1.3.1 Specifying a model

A meteor comes close to the earth. Scientists have measured its orbit: for each
minute from 10 minutes before its nearest point to 10 minutes after it, where
the meteor was. You will train a network on these measurements, so that it can
tell the position at other minutes. First you build it.

The minute goes in, one number. The position comes out, one number as well. As a
position may be any number, the last layer has no activation.

`time_steps` (2000 minutes) and `y_positions` (2000 positions) are at hand.

Steps
1. Make a sequential model called `model` that takes 1 number.
2. Give it three dense layers of 50 neurons each, with the relu activation.
3. End it with a dense layer of 1 neuron and no activation.
"""

from keras.layers import Dense, Input
from keras.models import Sequential

from grader.datasets import orbit

time_steps, y_positions = orbit.load()

# TODO: make a sequential `model` that takes 1 number
### BEGIN SOLUTION
model = Sequential([Input((1,))])
### END SOLUTION

# TODO: add three dense layers of 50 neurons with relu
### BEGIN SOLUTION
model.add(Dense(50, activation="relu"))
model.add(Dense(50, activation="relu"))
model.add(Dense(50, activation="relu"))
### END SOLUTION

# TODO: add a dense layer of 1 neuron, without an activation
### BEGIN SOLUTION
model.add(Dense(1))
### END SOLUTION
