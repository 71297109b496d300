"""Whatever troubles a resident: written down, in the right hands, on a clock, solved, rated, and made a service if it keeps coming back.

Words: request (one concern, 诉求), reporter (who told us; several after a merge), step (what happened to a request, append-only),
lead (who answers for it) and assistant, category and question, grade (how long it may take), return (it was sent to the wrong
hands), question link, outside party, rating, objection, matter (what several requests are about), proactive task, mediation.
Who enters: everybody in the office and every captain writes requests down; the lead works on them; residents and outside parties
answer by a link without an account; other systems come over Open311; the hotline by its own Excel.
Promises: no path loses the reporter, the clock or the history; two who edit one request see each other; waiting for the resident
stops the clock; a rating counts only after the time for objections; each figure says of how many it is.
Never: closes a request without a person; publishes what was not opted in, a name, a phone or a door; escalates at the moment of waking.
"""
