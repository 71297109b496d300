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


class ListTooLong(Refusal):
    """A file or sheet is asked for with more people than anybody can look after in one."""

    code = "list-too-long"
    default_sentence = _(
        "More than 20,000 people are too many for one file. Choose a community, a building or a group."
    )


class FormRefused(Invalid):
    """A blank form cannot be used, or not be filled: the sentence says why and what to do."""

    code = "form-refused"
    default_sentence = _("This form cannot be used. Ask for it as .xlsx or .docx.")


class NothingToFill(Refusal):
    """Nobody fits the filter, or nothing has changed since the report that a form is compared with."""

    code = "nothing-to-fill"
    default_sentence = _(
        "There is nobody to write into the form: nobody fits, or nothing has changed since the last time."
    )


class ImportNotNow(Refusal):
    """An import is asked for something that does not fit its state: it is being written, or was undone already."""

    code = "import-not-now"
    default_sentence = _("This import has moved on meanwhile. Look at its page again.")


class ImportEmptied(Refusal):
    """An import is to be undone, or its rows looked at, whose rows were deleted after their time."""

    code = "import-emptied"
    default_sentence = _(
        "The rows of this import have been deleted after their time, so it can no longer be taken back."
    )


class NoSuchGroup(Invalid):
    """Somebody is to be put on a list that nobody keeps."""

    code = "no-such-group"
    default_sentence = _("Choose one of the lists.")


class AlreadyOnList(Refusal):
    """Somebody is to be put on a list that they are on already."""

    code = "already-on-list"
    default_sentence = _("This person is already on this list. Change what is written there instead.")


class NotHereAnymore(Refusal):
    """Something is to be begun for somebody who moved away or died."""

    code = "not-here-anymore"
    default_sentence = _("This person no longer lives here, so nothing new can be begun for them.")


class VisitIntervalWrong(Invalid):
    """Somebody is to be visited every so many days, and the number makes no sense."""

    code = "visit-interval-wrong"
    default_sentence = _("Type a number of days from 1 to 730, or 0 if nobody has to visit.")


class HealthNoteIncomplete(Invalid):
    """A health note lacks what the law asks for: what for, on what basis, until when; or it says nothing."""

    code = "health-note-incomplete"
    default_sentence = _("A health note needs its text, what it is for, a legal basis, and a day to look at it again.")


class VisitIncomplete(Invalid):
    """A visit does not say how it was, or that something is needed but not what."""

    code = "visit-incomplete"
    default_sentence = _("Choose how it was. If something is needed, say in a word what.")


class VisitDayWrong(Invalid):
    """A visit is dated in the future, or on a day on which the household did not live here."""

    code = "visit-day-wrong"
    default_sentence = _("A visit cannot lie in the future.")


class VisitAlreadyKept(Refusal):
    """A form comes a second time with other words, another day or from somebody else."""

    code = "visit-already-kept"
    default_sentence = _("This visit is already written down and stays as it is. Please record a new one.")
