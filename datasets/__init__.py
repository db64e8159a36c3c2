"""The data and the networks that the exercises start from."""
