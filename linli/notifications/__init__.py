"""Messages owed to people: written in the transaction that owes them, sent by the worker, never forgotten and never sent twice on purpose.

Words: message (owed to one recipient), addressee (somebody who is neither relative nor holder of a post and left a number), delivery
(one attempt over one contact point), lease (a worker's hold on a message), wording (text by language).
Who enters: rooms owe messages; the worker delivers them; staff read their inbox.
Promises: a message owed is sent or visibly failed; a retry carries the same idempotency key; first messages go before repeats.
Never: decides who is to be told; that is the business of the room that owes.
"""
