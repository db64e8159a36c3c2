"""What crosses from the learner's process to the checks."""
