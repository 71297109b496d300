"""Stories across rooms: what happened in one becomes work in another.

Words: journey (one such story), demand (what residents' requests say they would like to hear a lecture about).
Who enters: events of the rooms below; staff read the demand for lectures.
Promises: a story is told once, however often the event comes; what it starts is written in the same transaction as the event.
Never: keeps what a room below should keep; talks to anybody outside.
"""
