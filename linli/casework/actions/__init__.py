"""What one can do with requests."""
