"""What is allowed, as tables and pure functions."""
