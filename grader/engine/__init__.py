"""How a grade comes about: read, run, check."""
