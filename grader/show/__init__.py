"""Showing verdicts."""
