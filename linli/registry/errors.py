"""How the register says no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal


class NoCommunityYet(NotFound):
    """A page shows a community, and none is within this person's reach."""

    code = "no-community-yet"
    default_sentence = _(
        "No community is written down yet, or you hold no post in one. An administrator adds it in the registers, "
        "under Communities."
    )


class NoPostNow(NotFound):
    """A page shows somebody's own post, and they hold none."""

    code = "no-post-now"
    default_sentence = _("You hold no post at present, so Linli tells you nothing. The secretary gives you a post.")


class PhoneNotUnderstood(Invalid):
    """A phone field holds something that is not one phone number."""

    code = "phone-not-understood"
    default_sentence = _("This is not a phone number we understand. Type one number, for example 138 0000 1234.")


class NameMissing(Invalid):
    """A person was to be written down without a name."""

    code = "name-missing"
    default_sentence = _("Please type a name.")


class ReasonTooShort(Invalid):
    """Somebody wants to see a full number and gave no reason worth writing down."""

    code = "reason-too-short"
    default_sentence = _("Please say in a few words why you need the full number. The reason is kept.")


class AddressMissing(Invalid):
    """A webhook or chat address was left empty, or is not an address."""

    code = "address-missing"
    default_sentence = _("Please type the full address, beginning with https:// or the name of the service.")


class PlaceTaken(Refusal):
    """A place of this number is already there."""

    code = "place-taken"
    default_sentence = _("There is already a place with this number here.")


class DwellingOccupied(Refusal):
    """A household is to move into a dwelling where another has not moved out."""

    code = "dwelling-occupied"
    default_sentence = _("Somebody still lives here. Record first that the present household has moved out.")


class AlreadyMovedOut(Refusal):
    """Something is to be changed for a household that has moved out."""

    code = "already-moved-out"
    default_sentence = _("This household has already moved out.")


class SecondHead(Refusal):
    """A household would get two heads."""

    code = "second-head"
    default_sentence = _("This household already has a head. Change the present head first.")


class IdNumberTaken(Refusal):
    """Somebody with the same ID number is already registered in the community."""

    code = "id-number-taken"
    default_sentence = _("Somebody with this ID number is already registered. Search for the number's owner first.")


class CallOrderTaken(Refusal):
    """Two relatives of one household cannot be called at the same place in the order."""

    code = "call-order-taken"
    default_sentence = _("Another relative is already called at this place in the order. Choose another number.")


class DatesTurnedRound(Invalid):
    """An end lies before its beginning."""

    code = "dates-turned-round"
    default_sentence = _("The end cannot lie before the beginning. Please check the dates.")


class WrongScope(Invalid):
    """A role is to be held over a kind of place it does not have: a unit captain over a grid."""

    code = "wrong-scope"
    default_sentence = _(
        "This role does not go with this kind of place. A unit captain needs a stairwell, a grid lead a grid."
    )


class AlreadyEnded(Refusal):
    """A post or a contact that has ended is to be ended again."""

    code = "already-ended"
    default_sentence = _("This has already ended.")


class NoHeader(Invalid):
    """No sheet of a file has a row of headings that we understand."""

    code = "no-header"
    default_sentence = _(
        "We found no row of headings in this file. One row must say what the columns hold, with at least two of: "
        "姓名, 身份证号, 联系电话, 住址, 楼栋, 单元, 门牌."
    )


class NothingToImport(Invalid):
    """No sheet is chosen that has a column of names."""

    code = "nothing-to-import"
    default_sentence = _("Choose at least one sheet, and say which of its columns holds the names.")


class ImportNotNow(Refusal):
    """An import is asked for something that does not fit its state: it is being written, or was undone already."""

    code = "import-not-now"
    default_sentence = _("This import has moved on meanwhile. Look at its page again.")
