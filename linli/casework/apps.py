"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.accounts.roles import Role
from linli.audit.words import parts_mean, verbs_mean
from linli.casework.verbs_repeats import VERBS_OF_REPEATS
from linli.casework.wording import lay_down_wordings
from linli.core.rooms import Card, KeptAsk, MenuEntry, RoomConfig, Section, Tick
from linli.notifications.links import leads_to

OFFICE = frozenset({Role.ADMINISTRATOR, Role.SECRETARY, Role.DUTY_OFFICER, Role.GRID_LEAD})
HEADS = frozenset({Role.ADMINISTRATOR, Role.SECRETARY})
EVERYBODY = frozenset(Role)


class CaseworkConfig(RoomConfig):
    name = "linli.casework"
    label = "casework"
    verbose_name = _("Requests")
    title = _("Requests")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "casework.view": EVERYBODY,
        "casework.enter": EVERYBODY,
        "casework.work": EVERYBODY,
        "casework.assign": OFFICE,
        "casework.reporters": OFFICE,
        "casework.rates": OFFICE,
        "casework.mediate": OFFICE,
        "casework.hotline": HEADS | {Role.DUTY_OFFICER},  # a sheet is about the whole community
        "casework.export": OFFICE,
        "casework.decide": HEADS,
        "casework.arrange": HEADS,
    }
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            _("Write a request down"), "casework:new", "plus", 12, "casework.enter", "g n", section=Section.DAILY
        ),
        MenuEntry(_("Requests"), "casework:list", "list", 14, "casework.view", "g q", section=Section.REQUESTS),
        MenuEntry(
            _("Calls to make"), "casework:calls", "phone", 15, "casework.reporters", "", section=Section.REQUESTS
        ),
        MenuEntry(_("The three rates"), "casework:rates", "bars", 33, "casework.rates", "", section=Section.REQUESTS),
        MenuEntry(
            _("What keeps coming back"), "casework:repeats", "auto", 34, "casework.rates", "", section=Section.REQUESTS
        ),
        MenuEntry(_("Proactive tasks"), "casework:tasks", "check", 46, "casework.rates", "", section=Section.REQUESTS),
        MenuEntry(
            _("Mediation"), "casework:mediations", "family", 47, "casework.mediate", "", section=Section.REQUESTS
        ),
        MenuEntry(
            _("Hotline 12345"), "casework:hotline", "phone", 86, "casework.hotline", "", section=Section.REQUESTS
        ),
        MenuEntry(_("Categories and rules"), "casework:arrange", "edit", 89, "casework.arrange", ""),
    )

    def ready(self) -> None:
        from linli.casework.addresses import page_of_hands, page_of_link, page_of_track

        lay_down_wordings()
        leads_to("case-link", page_of_link)
        leads_to("request-track", page_of_track)
        leads_to("request", page_of_hands)
        parts_mean(
            {
                "casework": _("Linli: requests"),
                "casework-clock": _("Linli: the clock of requests"),
                "casework-hotline": _("Linli: sheets of the hotline"),
            }
        )
        verbs_mean(VERBS_OF_REPEATS)
        verbs_mean(
            {
                "received": _("wrote down the request"),
                "handed_on": _("handed on the request"),
                "took": _("took in hand the request"),
                "asked_reporter": _("asked the resident about"),
                "gave_outside": _("gave to an outside party the request"),
                "sent_back": _("sent back the request"),
                "answered_request": _("answered the request"),
                "asked_again": _("asked to open again the request"),
                "split": _("split the request"),
                "joined": _("joined to another the request"),
                "took_back": _("took back the request"),
                "closed_request": _("closed the request"),
                "sorted": _("sorted the request"),
                "ranked": _("ranked the request"),
                "placed": _("set the place of the request"),
                "timed": _("set the due time of the request"),
                "timed_by_hand": _("changed the due time of the request"),
                "leads": _("gave into other hands the request"),
                "assists": _("called an assistant to the request"),
                "assists_no_more": _("let an assistant of the request go"),
                "spoke_with": _("spoke with the resident about"),
                "heard_from": _("wrote down who told us of the request"),
                "heard_also": _("wrote down somebody else who told us of the request"),
                "joined_by": _("joined another request to"),
                "went_on": _("went on with the request"),
                "woke": _("let the clock run again of the request"),
                "link_answered": _("answered by a link about"),
                "link_expired": _("did not answer in time about"),
                "rated": _("rated the answer to"),
                "called_in_vain": _("called in vain about"),
                "objected": _("objected to the rating of"),
                "decided_objection": _("decided on the objection about"),
                "tagged": _("tagged the request"),
                "answered_questions": _("answered the questions of the request"),
                "published": _("set the public text of the request"),
                "made_key": _("made a key for the program"),
                "ended_key": _("ended the key of the program"),
                "alarm_warn": _("warned that it is soon due:"),
                "alarm_due": _("said that it is due:"),
                "began_mediation": _("began the mediation"),
                "agreed_mediation": _("wrote down the agreement of the mediation"),
                "gave_up_mediation": _("wrote down that there is no agreement in the mediation"),
                "looked_after_agreement": _("wrote down how it is kept, the agreement of the mediation"),
                "took_sheet": _("had brought in the hotline sheet"),
                "brought_in_sheet": _("brought in the hotline sheet"),
                "moved_sentence": _("moved in the order the routing sentence"),
                "switched_on_sentence": _("put in use the routing sentence"),
                "switched_off_sentence": _("switched off the routing sentence"),
                "alarm_late": _("said that it is badly late:"),
            }
        )

    def ticks(self) -> Sequence[Tick]:
        from linli.casework.tick import alarm, expire, forget, repeat, take_sheets, tally, tidy

        return [
            Tick(name="alarms of requests", every_seconds=20.0, run=alarm),
            Tick(name="links of requests that expire", every_seconds=60.0, run=expire),
            Tick(name="put away answered requests", every_seconds=300.0, run=tidy),
            Tick(name="forget how often keys were used", every_seconds=3600.0, run=forget),
            Tick(name="what keeps coming back", every_seconds=1800.0, run=repeat),
            Tick(name="sheets of the hotline", every_seconds=2.0, run=take_sheets),
            Tick(name="count months of requests", every_seconds=2.0, run=tally),
        ]

    def today_cards(self) -> Sequence[Card]:
        from linli.casework.cards import agreements, today
        from linli.casework.cards_repeats import repeats_today

        return [
            Card(name="requests", order=20, render=today),
            Card(name="agreements", order=22, render=agreements),
            Card(name="what keeps coming back", order=24, render=repeats_today),
        ]

    def kept_parts(self) -> Sequence[KeptAsk]:
        from linli.casework.queries.kept import requests_kept

        return [requests_kept]

    def household_cards(self) -> Sequence[Card]:
        from linli.casework.cards import household

        return [Card(name="requests", order=20, render=household)]
