"""Money: every fen that a community takes in, owes or gives out, in a book that cannot be rewritten (账簿).

Words: book (the ledger of one community), account (what is owned, owed, earned or spent, of one person or fund where it is theirs), side
(debit or credit: the one on which an account grows), journal (one deed with money: all its transfers or none; a refused one is kept
too), transfer (an amount from one account to another: one debit, one credit), hold (an amount set aside until it is posted or voided),
reversal (a transfer back, tied to what it takes back), business day (the day that a deed belongs to; when it was written down is kept
beside), close (a day or month after which nothing is written into it), chain (each journal's digest holds the one before), replay
(reckoning all sums anew from the transfers).
Who enters: administrator and secretary read, close days and reverse; the rooms above write, through actions.
Promises: debits and credits are equal, by the shape of a row; the same deed sent twice is written once and answered the same way; an
account with a limit never goes beyond it, holds counted; what was written is never changed or deleted, by triggers in the database.
Never: holds a broken fen; writes into a closed day; goes on writing after a fault was found.
"""
