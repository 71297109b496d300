"""What one can ask about messages."""

from linli.notifications.queries.told import (
    Told,
    inbox_for,
    matters_told_to,
    message_by_id,
    newest_messages,
    told_about,
    told_about_many,
    words_of,
)
from linli.notifications.queries.wishes import routine_wordings, wish_of, wishes_of_contacts
from linli.notifications.queries.wordings import (
    Preview,
    WordingRow,
    WordingScreen,
    wording_preview,
    wording_screen,
    wordings_for,
)

__all__ = [
    "Preview",
    "Told",
    "WordingRow",
    "WordingScreen",
    "inbox_for",
    "matters_told_to",
    "message_by_id",
    "newest_messages",
    "routine_wordings",
    "told_about",
    "told_about_many",
    "wish_of",
    "wishes_of_contacts",
    "wording_preview",
    "wording_screen",
    "wordings_for",
    "words_of",
]
