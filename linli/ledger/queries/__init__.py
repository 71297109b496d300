"""What one can ask about money."""
