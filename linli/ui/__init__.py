"""The shell and the components every page of Linli is made of.

Words: shell (what stands around every page), component (a piece of a page with its states), token (a colour, size or space by name), state.
Who enters: every room with pages.
Promises: one look, one set of keys, one way to say no, in Chinese and English, light and dark.
Never: knows a room above it, touches the database, loads anything from another host. How to use it: README.md beside this file.
"""
