"""A year of a million requests: how fast lists, searches and the three rates come, and how fast one is written down."""
