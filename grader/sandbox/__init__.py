"""What a learner's process may not do: layers that forbid it, limits, and probing them."""
