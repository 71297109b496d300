"""Backups: one encrypted file that an empty box can be filled from again.

sealing.py    the encrypted file (its format stands there)
contents.py   what lies in it: about.json, the keys, the database, contents.json
dumping.py    the database as it was at one instant, SQLite or PostgreSQL
making.py     dump, seal, read back, compare; which old ones go
restoring.py  into an empty box, and what must not happen right afterwards
places.py     where backups lie: the folder, the disk that must be there, the passphrase
"""
