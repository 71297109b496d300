"""A walk through the life of requests: every deed there is, by anybody, at any time, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from linli.casework.actions import answering, handing, links, rating, sorting
from linli.casework.actions.alarms import say_alarms
from linli.casework.actions.joining import merge_request, split_request
from linli.casework.actions.rating import Rated
from linli.casework.actions.reporters import ReporterGiven, subscribe_reporter
from linli.casework.actions.tagging import tag_request
from linli.casework.models import CallTry, CaseLink, Rating, Reporter, Request, Team
from linli.core.actors import Actor, system_actor
from linli.registry.models import Resident

CATEGORIES = ("light", "water_leak", "gas", "roof", "dispute")
HOURS = (1, 5, 26, 7 * 24, 20 * 24)
PLACES = ("8-3-502", "小广场", "8号楼3单元楼道", "")
POOR = Rated(contacted=False, solved=False, satisfaction="unsatisfied", text="没修好")
FINE = Rated(contacted=True, solved=True, satisfaction="satisfied")
SHRUG = Rated(contacted=True, solved=True, satisfaction="mostly", again=True)


class Walk:
    """``n`` and ``m`` choose among what there is; ``text`` may be missing. A deed that finds nothing to do does nothing."""

    def __init__(self, office: Any) -> None:
        self.office = office
        head = Resident.objects.get(name="赵秀兰")
        Resident.objects.filter(pk=head.pk).update(phone="13800000001")
        self.people = (
            ReporterGiven(name="王芳", phone="13800000001", wants=Reporter.Wants.LINK),
            ReporterGiven(resident_id=head.pk, wants=Reporter.Wants.NOTHING),
            ReporterGiven(name="刘大爷", phone="13800000002", wants=Reporter.Wants.CALL),
            ReporterGiven(name="刘大爷", phone="13800000002", wants=Reporter.Wants.NOTHING),
            ReporterGiven(name="路人"),
            ReporterGiven(),
        )
        self.posts = (
            office.captain_post, office.building_post, office.grid_post, office.desk_post, office.secretary_post,
        )  # fmt: skip
        self.actors = [
            *map(office.staff, self.posts),
            Actor(kind="post", label="赵玉兰", ref=str(office.captain_post.pk)),
        ]
        self.actors.append(system_actor(part="test"))
        self.team = Team.objects.create(community=office.community, name="维修组")
        for post in (office.captain_post, office.desk_post):
            self.team.members.create(post=post)

    def request(self, n: int) -> Request | None:
        rows = list(Request.objects.order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def common(self, who: int, n: int) -> dict[str, Any]:
        request = self.request(n)
        assert request is not None
        return {"by": self.actors[who % len(self.actors)], "now": self.office.now, "request_id": request.pk}

    def link(self, m: int, *kinds: str) -> CaseLink | None:
        rows = list(CaseLink.objects.filter(kind__in=kinds).order_by("-pk"))
        return rows[m % len(rows)] if rows else None

    def rating(self, m: int) -> int:
        rows = list(Rating.objects.order_by("-pk").values_list("pk", flat=True))
        return rows[m % len(rows)] if rows else 0

    def reporter(self, n: int, m: int) -> int:
        rows = list(Reporter.objects.filter(request=self.request(n)).order_by("pk").values_list("pk", flat=True))
        return rows[m % len(rows)]

    def category(self, m: int) -> int:
        return self.office.category(CATEGORIES[m % len(CATEGORIES)]).pk


Deed = Callable[[Walk, int, int, int, str], object]


def enter(walk, who, n, m, text):
    by = walk.actors[who % len(walk.actors)]
    code = CATEGORIES[n % len(CATEGORIES)]
    sheet = {"outside_number": f"H{m}", "due_at": walk.office.now + timedelta(days=3)} if m % 3 == 0 else {}
    walk.office.enter(text or "灯", by=by, reporter=walk.people[m % 6], category=code, key=UUID(int=m), **sheet)


def time_passes(walk, who, n, m, text):
    walk.office.now += timedelta(hours=HOURS[m % len(HOURS)])


def expire(walk, who, n, m, text):
    links.expire_case_links(now=walk.office.now)


def alarms(walk, who, n, m, text):
    say_alarms(now=walk.office.now)


def tidy(walk, who, n, m, text):
    rating.put_away_unrated(now=walk.office.now, by=walk.actors[-1])


def answer_link(walk, who, n, m, text):
    if link := walk.link(m, "question", "outside"):
        links.answer_case_link(now=walk.office.now, link_id=link.pk, text=text)


def rate_by_link(walk, who, n, m, text):
    if link := walk.link(m, "rating"):
        rating.rate_by_link(now=walk.office.now, link_id=link.pk, rated=(FINE, POOR, SHRUG)[n % 3])


def rate_by_slip(walk, who, n, m, text):
    request = walk.request(n)
    rating.rate_by_slip(now=walk.office.now, request_id=request.pk, rated=(FINE, POOR, SHRUG)[m % 3])


def assign(walk, who, n, m, text):
    to = {"team_id": walk.team.pk} if m % 6 == 5 else {"post_id": walk.posts[m % 6].pk}
    handing.assign_request(**walk.common(who, n), **to, text=text)


def seen(walk, who, n, m, text):
    """Somebody with an old page."""
    request = walk.request(n)
    handing.take_request(**walk.common(who, n), seen=request.version - m % 2)


def split(walk, who, n, m, text):
    parts = [(f"{text}{k}", walk.category(m + k)) for k in range(1 + m % 3)]
    split_request(**walk.common(who, n), parts=parts)


def merge(walk, who, n, m, text):
    merge_request(**walk.common(who, n), into_id=walk.request(m).pk)


def object_to(walk, who, n, m, text):
    by = walk.actors[who % len(walk.actors)]
    rating.object_to_rating(by=by, now=walk.office.now, rating_id=walk.rating(m), text=text)


def decide(walk, who, n, m, text):
    by = walk.actors[who % len(walk.actors)]
    upheld = ("upheld", "rejected", "open")[n % 3]
    rating.decide_objection(by=by, now=walk.office.now, rating_id=walk.rating(m), upheld=upheld, text=text)


def set_time(walk, who, n, m, text):
    due_at = walk.office.now + timedelta(days=m % 9 - 1)
    sorting.time_request(**walk.common(who, n), due_at=due_at, text=text)


def subscribe(walk, who, n, m, text):
    subscribe_reporter(**walk.common(who, n), given=walk.people[m % 6])


def rate_by_call(walk, who, n, m, text):
    rated = (FINE, POOR, SHRUG)[m % 3]
    rating.rate_by_call(**walk.common(who, n), reporter_id=walk.reporter(n, m), rated=rated)


def call_in_vain(walk, who, n, m, text):
    outcome = CallTry.Outcome.values[m % 4]
    rating.record_call_try(**walk.common(who, n), reporter_id=walk.reporter(n, m), outcome=outcome)


def sort(walk, who, n, m, text):
    sorting.sort_request(**walk.common(who, n), category_id=walk.category(m))


DEEDS: dict[str, Deed] = {
    "enter": enter, "time passes": time_passes, "expire": expire, "alarms": alarms, "tidy": tidy, "answer link": answer_link,
    "rate by link": rate_by_link, "rate by slip": rate_by_slip, "rate by call": rate_by_call, "call in vain": call_in_vain,
    "assign": assign, "seen": seen, "split": split, "merge": merge, "object": object_to, "decide": decide, "time": set_time,
    "subscribe": subscribe, "sort": sort,
    "take": lambda w, who, n, m, text: handing.take_request(**w.common(who, n)),
    "return": lambda w, who, n, m, text: handing.return_request(**w.common(who, n), text=text),
    "raise": lambda w, who, n, m, text: handing.escalate_request(**w.common(who, n), text=text),
    "assist": lambda w, who, n, m, text: handing.add_assistant(**w.common(who, n), post_id=w.posts[m % 5].pk),
    "assist no more": lambda w, who, n, m, text: handing.end_assistance(**w.common(who, n), post_id=w.posts[m % 5].pk),
    "ask": lambda w, who, n, m, text: links.ask_reporter(**w.common(who, n), reporter_id=w.reporter(n, m), text=text),
    "outside": lambda w, who, n, m, text: links.give_outside(**w.common(who, n), to_name="燃气公司", text=text),
    "resume": lambda w, who, n, m, text: answering.resume_request(**w.common(who, n), text=text),
    "note": lambda w, who, n, m, text: answering.note_request(**w.common(who, n), text=text),
    "contact": lambda w, who, n, m, text: answering.record_contact(**w.common(who, n), text=text),
    "resolve": lambda w, who, n, m, text: answering.resolve_request(**w.common(who, n), text=text),
    "reopen": lambda w, who, n, m, text: answering.reopen_request(**w.common(who, n), text=text),
    "close": lambda w, who, n, m, text: answering.close_request(**w.common(who, n), text=text),
    "cancel": lambda w, who, n, m, text: answering.cancel_request(**w.common(who, n), text=text),
    "rank": lambda w, who, n, m, text: sorting.rank_request(**w.common(who, n), priority=m % 5),
    "place": lambda w, who, n, m, text: sorting.place_request(**w.common(who, n), words=PLACES[m % 4]),
    "publish": lambda w, who, n, m, text: sorting.publish_request(**w.common(who, n), public_text=text),
    "questions": lambda w, who, n, m, text: sorting.answer_questions(**w.common(who, n), answers={"how_many": "one"}),
    "tag": lambda w, who, n, m, text: tag_request(**w.common(who, n), tag=text),
}  # fmt: skip
"""Every deed by its name, as a walk calls it: who, which request, what of it, with which words."""
