"""4.3.4 Test your model!

The function of 4.3.3 is ready, so let the network speak. It has only ever seen 66 words;
on their ground it does quite well.

Give it these prompts, and look at the words that it goes on with:

    answer errors with
    the curve of
    length of the

The question: which sentence is made with these three words, in the order of the prompts?

1. Of *errors* and *progress* a longer *program* is no proof.
2. *Errors* are the price of *progress*, and each one is a *lesson*.
3. There are *errors* in every *network*, and that is the *lesson*.
4. Where *tests* are kept, *progress* is made, and so is a *lesson*.

This is at hand:
- `predict_text(test_text)`: takes a string of three words, and returns the one that the
  trained network expects next. Given anything else, it prints a message and returns False.

Steps
1. Call `predict_text` with each of the three prompts, and print what it returns.
2. Set `answer` to the number of the right sentence, 1 to 4.
"""

from grader.datasets.quotes import predict_text

# TODO: print the word that comes after each of the three prompts
### BEGIN SOLUTION
for prompt in ["answer errors with", "the curve of", "length of the"]:
    print(prompt, "…", predict_text(prompt))
### END SOLUTION

# TODO: which sentence is made with these words? Set `answer` to its number: 1, 2, 3 or 4
### BEGIN SOLUTION
answer = 2
### END SOLUTION
