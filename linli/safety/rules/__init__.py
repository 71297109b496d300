"""What is allowed with detectors, and how their silence, age and chatter are judged. Pure."""
