"""Workbooks as offices have them, each with several traps, and what has to become of every row of them."""
