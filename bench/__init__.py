"""Speed lives here, not in tests: each bench prints a table and writes what it found beside itself."""
