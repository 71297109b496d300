"""Stories across rooms: what happened in one becomes work in another.

Words: journey (one such story), cluster (several of the same thing at one place, told once), demand (what residents' requests say they
would like to hear a lecture about), topic (what a lecture can be about).
Who enters: events of the rooms below; the office reads the demand for lectures.
Promises: a story is told once, however often the event comes; what it starts is written in the same transaction as the event.
Never: keeps what a room below should keep; talks to anybody outside; begins anything from a drill.
"""
