"""What one can do about messages. Sending them is the worker's work (delivering.py)."""

from linli.notifications.actions.addressees import forget_addressees, note_addressee
from linli.notifications.actions.owing import (
    Owed,
    cancel_messages,
    cancel_messages_of_many,
    cancel_repeats,
    owe_messages,
    send_despite_clock,
)
from linli.notifications.actions.reading import mark_inbox_read
from linli.notifications.actions.wishes import Wish, state_wishes
from linli.notifications.actions.wordings import reset_wording, word_message

__all__ = [
    "Owed",
    "Wish",
    "cancel_messages",
    "cancel_messages_of_many",
    "cancel_repeats",
    "forget_addressees",
    "mark_inbox_read",
    "note_addressee",
    "owe_messages",
    "reset_wording",
    "send_despite_clock",
    "state_wishes",
    "word_message",
]
