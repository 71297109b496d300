"""What stands in the sheets of the hotline 12345, and what is sent back. Pure: no database, no clock.

Nothing here fails: what cannot be understood comes back with its reason.
"""
