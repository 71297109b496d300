"""How this room may say no, by what it is about."""
