"""A real Chromium before a whole Linli: what a person at the desk and a relative on the phone see and press."""
