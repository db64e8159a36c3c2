"""1.1.1 Describing Keras

You are about to work with Keras, so let us first say what it is. Of the three
statements below, two are true and one is not. Which one is false?

1. With Keras you describe a network layer by layer, in a few lines of Python. The
   arithmetic below that is not your concern.
2. Keras is free and open source, and a network that was built with it can run on
   servers, on phones and in web browsers.
3. Keras does all of its computing itself. It can train a network on a computer that
   has no backend such as TensorFlow, JAX or PyTorch.

Steps
1. Set `answer` to the number of the false statement.
"""

# TODO: set `answer` to the number of the statement that is false: 1, 2 or 3
### BEGIN SOLUTION
answer = 3
### END SOLUTION
