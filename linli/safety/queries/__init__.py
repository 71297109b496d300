"""What one can ask about detectors."""
