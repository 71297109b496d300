"""What people may type about detectors."""
