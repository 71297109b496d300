"""The shell and the components every page of Linli is made of.

Who enters: every room with pages. Promise: one look, one set of keys, one way to say no, in Chinese and English, light and dark.
Never: knows a room above it, touches the database, loads anything from another host. How to use it: README.md beside this file.
"""
