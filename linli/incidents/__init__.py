"""Anything urgent: who is told, who answered, what was done.

Words: incident (one matter at one place), condition (active or cleared), handling (unacknowledged, acknowledged, closed), answer,
escalation policy and step, audience (family, captain, desk, secretary), timeline (append-only), outcome and cause.
Who enters: rooms open and clear incidents; people answer and close them; the worker's tick escalates what nobody answered.
Promises: one open incident per source and kind; a step that is due is fired once; nobody to tell is written down;
the chain ends at the desk, never in silence.
Never: closes a matter because a reading went back to normal. A person closes it, with a cause.
"""
