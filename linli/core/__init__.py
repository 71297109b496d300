"""The ground floor: what every room stands on.

Words: refusal (an expected no), verdict (may I?), actor (who did it), room (a part of the house), tick (time is a column), broker.
Who enters: nobody; rooms import it.
Promises: one way to say no, one way to name who acts, one way to write many rows at once, one way to speak with the broker.
Never: knows a resident, a place or a device.
"""
