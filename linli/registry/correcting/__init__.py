"""Corrections that are proposed from the door: what each kind has to say, how it is typed, and how it is refused."""
