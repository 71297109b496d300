"""Pages without a login: what a relative opens from a message, and the demo's phones.

Words: link (a signed address in a message, which expires), answer page (one big page: what happened, where, what will you do).
Who enters: relatives and captains from a message; newcomers who try the demo.
Promises: one tap answers; the link shows what its holder needs and nothing else.
Never: asks for an account, an app or a puzzle; shows a full phone number of a resident.
"""
