"""The trail: who wrote or saw what, when, and why (留痕).

Words: audit entry (one write or one reveal of personal data), reveal (showing what is masked, with a reason).
Who enters: administrator and secretary read it; every room writes it.
Promises: an entry is never changed or deleted, by triggers in the database.
Never: holds a full phone or ID number.
"""
