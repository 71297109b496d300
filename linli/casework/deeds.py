"""What can be done with a request now, by whom: which forms its page offers, and what each of them does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from linli.casework.access import ASSIGN, DECIDE, Reach
from linli.casework.actions import answering, handing, joining, links, sorting, tagging
from linli.casework.actions.reporters import ReporterGiven, subscribe_reporter
from linli.casework.errors.requests import MergeWrong
from linli.casework.forms import work
from linli.casework.forms.fields import answers_in
from linli.casework.forms.work import DeedForm
from linli.casework.models import Reporter, Request
from linli.casework.queries.requests import id_of_number
from linli.casework.rules.states import (
    ASSIGNED,
    CANCELLED,
    CLOSED,
    ENDED,
    IN_HAND,
    MERGED,
    OUTSIDE,
    REOPEN_ASKED,
    REOPENED,
    RESOLVED,
    RETURNED,
    SPLIT,
    WAITING,
    can_become,
)
from linli.core.actors import Actor

FORMS: Final[Mapping[str, type[DeedForm]]] = {
    "take": work.TakeForm, "resolve": work.ResolveForm, "ask": work.AskForm, "outside": work.OutsideForm, "hand": work.HandForm,
    "return": work.ReturnForm, "raise": work.RaiseForm, "note": work.NoteForm, "contact": work.ContactForm, "resume": work.ResumeForm,
    "reopen": work.ReopenForm, "close": work.CloseForm, "cancel": work.CancelForm, "sort": work.SortForm, "rank": work.RankForm,
    "place": work.PlaceForm, "time": work.TimeForm, "questions": work.QuestionsForm, "assistant": work.AssistantForm,
    "assistant-end": work.EndAssistantForm, "tag": work.TagForm, "public": work.PublicForm, "merge": work.MergeForm,
    "split": work.SplitForm, "also": work.AlsoForm,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A form that the page offers. ``group``: work (what is next), facts (what it is about), rare (the rest)."""

    what: str
    group: str = "work"
    primary: bool = False


def offers_for(*, case: Request, reach: Reach) -> list[Offer]:
    """What this person can do with the request in its state, the next thing first."""
    mine = reach.holds(lead_id=case.lead_id, team_id=case.team_id, request_id=case.pk)
    office, nobodys = reach.may(ASSIGN), case.lead_id is None and case.team_id is None
    if not (mine or office or nobodys) or not reach.may("casework.work"):
        return []
    first = _next(case, reach)
    found = [Offer(first, primary=True)] if first else []
    found += [Offer(what) for what in _work(case) if what != first]
    found += [Offer(what) for what in _office_only(case, reach) if office and what != first]
    if case.state not in ENDED:
        found += [Offer(what, "facts") for what in ("sort", "rank", "place")]
        found += [Offer("questions", "facts")] if case.category.questions.exists() else []
        found += [Offer("time", "facts")] if office else []
        found += [Offer(what, "rare") for what in _rare(case) if what != first]
    if case.category.published and not case.sensitive and office:
        found.append(Offer("public", "rare"))
    return found


def _next(case: Request, reach: Reach) -> str:
    """The one thing that most people will do now."""
    if case.state in {"received", ASSIGNED, RETURNED, REOPENED}:
        return "take" if reach.posts else "resolve"
    if case.state == REOPEN_ASKED:
        return "reopen" if reach.may(DECIDE) else ""
    return {IN_HAND: "resolve", OUTSIDE: "resolve", WAITING: "resume", SPLIT: ""}.get(case.state, "")


def _work(case: Request) -> list[str]:
    state, found = case.state, []
    if can_become(state=state, wanted=IN_HAND) and state in {WAITING, OUTSIDE}:
        found.append("resume")
    for what, wanted in (("resolve", RESOLVED), ("ask", WAITING), ("outside", OUTSIDE)):
        if can_become(state=state, wanted=wanted) and not (what == "resolve" and state == SPLIT):
            found.append(what)
    if state not in ENDED | {RESOLVED, REOPEN_ASKED}:
        found.append("hand")
        found += ["return"] if can_become(state=state, wanted=RETURNED) else []
        found += ["raise", "contact"]
    return [*found, "note"]


def _office_only(case: Request, reach: Reach) -> list[str]:
    found = []
    if can_become(state=case.state, wanted=REOPENED) and (case.state != REOPEN_ASKED or reach.may(DECIDE)):
        found.append("reopen")
    if can_become(state=case.state, wanted=CLOSED) and (case.state != REOPEN_ASKED or reach.may(DECIDE)):
        found.append("close")
    return found


def _rare(case: Request) -> list[str]:
    found = ["also", "assistant"]
    found += ["assistant-end"] if case.assistants.filter(until__isnull=True).exists() else []
    if can_become(state=case.state, wanted=MERGED):
        found.append("merge")
    if can_become(state=case.state, wanted=SPLIT) and case.parent_id is None:
        found.append("split")
    found.append("tag")
    return [*found, "cancel"] if can_become(state=case.state, wanted=CANCELLED) else found


Told = Mapping[str, Any]
Doing = Callable[[Actor, datetime, int, DeedForm], Any]


def _text(action: Callable[..., Any]) -> Doing:
    """An action that takes the version that was seen, and a text."""
    return lambda by, now, pk, form: action(
        by=by, now=now, request_id=pk, text=form.cleaned_data["text"], seen=form.cleaned_data["seen"]
    )


def _unseen(action: Callable[..., Any]) -> Doing:
    """An action from which nothing that was seen can be lost."""
    return lambda by, now, pk, form: action(by=by, now=now, request_id=pk, text=form.cleaned_data["text"])


def _hand(by: Actor, now: datetime, pk: int, form: DeedForm) -> None:
    assert isinstance(form, work.HandForm)
    told = form.cleaned_data
    handing.assign_request(by=by, now=now, request_id=pk, seen=told["seen"], text=told["text"], **form.target)


def _split(by: Actor, now: datetime, pk: int, form: DeedForm) -> None:
    assert isinstance(form, work.SplitForm)
    joining.split_request(by=by, now=now, request_id=pk, parts=form.parts, seen=form.cleaned_data["seen"])


def _merge(by: Actor, now: datetime, pk: int, form: DeedForm) -> None:
    into = id_of_number(beside=pk, number=form.cleaned_data["into"])
    if into is None:
        raise MergeWrong(fields={"into": MergeWrong.default_sentence})
    joining.merge_request(by=by, now=now, request_id=pk, into_id=into, seen=form.cleaned_data["seen"])


def _also(by: Actor, now: datetime, pk: int, form: DeedForm) -> None:
    phone = form.cleaned_data["phone"]
    wants = Reporter.Wants.CALL if phone.strip() else Reporter.Wants.NOTHING
    given = ReporterGiven(name=form.cleaned_data["who"], phone=phone, wants=wants)
    subscribe_reporter(by=by, now=now, request_id=pk, given=given)


DOING: Final[Mapping[str, Doing]] = {
    "take": lambda by, now, pk, form: handing.take_request(by=by, now=now, request_id=pk, seen=form.cleaned_data["seen"]),
    "resolve": _text(answering.resolve_request),
    "ask": lambda by, now, pk, form: links.ask_reporter(
        by=by, now=now, request_id=pk, reporter_id=form.cleaned_data["reporter"], text=form.cleaned_data["text"],
        seen=form.cleaned_data["seen"],
    ),
    "outside": lambda by, now, pk, form: links.give_outside(
        by=by, now=now, request_id=pk, to_name=form.cleaned_data["to_name"], to_phone=form.cleaned_data["to_phone"],
        text=form.cleaned_data["text"], seen=form.cleaned_data["seen"],
    ),
    "hand": _hand,
    "return": _text(handing.return_request),
    "raise": _text(handing.escalate_request),
    "note": _unseen(answering.note_request),
    "contact": _unseen(answering.record_contact),
    "resume": _text(answering.resume_request),
    "reopen": _text(answering.reopen_request),
    "close": _text(answering.close_request),
    "cancel": _text(answering.cancel_request),
    "sort": lambda by, now, pk, form: sorting.sort_request(
        by=by, now=now, request_id=pk, category_id=form.cleaned_data["category"], seen=form.cleaned_data["seen"]
    ),
    "rank": lambda by, now, pk, form: sorting.rank_request(
        by=by, now=now, request_id=pk, priority=form.cleaned_data["priority"], seen=form.cleaned_data["seen"]
    ),
    "place": lambda by, now, pk, form: sorting.place_request(
        by=by, now=now, request_id=pk, words=form.cleaned_data["words"], seen=form.cleaned_data["seen"]
    ),
    "time": lambda by, now, pk, form: sorting.time_request(
        by=by, now=now, request_id=pk, due_at=form.cleaned_data["due_at"], text=form.cleaned_data["text"],
        seen=form.cleaned_data["seen"],
    ),
    "questions": lambda by, now, pk, form: sorting.answer_questions(
        by=by, now=now, request_id=pk, answers=answers_in(form.cleaned_data), seen=form.cleaned_data["seen"]
    ),
    "assistant": lambda by, now, pk, form: handing.add_assistant(by=by, now=now, request_id=pk, post_id=form.cleaned_data["post"]),
    "assistant-end": lambda by, now, pk, form: handing.end_assistance(by=by, now=now, request_id=pk, post_id=form.cleaned_data["post"]),
    "tag": lambda by, now, pk, form: tagging.tag_request(by=by, now=now, request_id=pk, tag=form.cleaned_data["tag"]),
    "public": lambda by, now, pk, form: sorting.publish_request(
        by=by, now=now, request_id=pk, public_text=form.cleaned_data["public_text"], seen=form.cleaned_data["seen"]
    ),
    "merge": _merge,
    "split": _split,
    "also": _also,
}  # fmt: skip
"""What each form does, once it is valid. Raises what the actions raise."""
