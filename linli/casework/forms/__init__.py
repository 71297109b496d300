"""What people may type about requests."""
