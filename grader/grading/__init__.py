"""From a submission to its verdict."""
