"""What one can do with money."""
