"""What one can ask about Linli's own state."""
