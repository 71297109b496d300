"""What one can ask about requests."""
