"""A link leads to the page of its matter, whichever room that is; to an addressee no other page opens."""

from __future__ import annotations

import orjson
import pytest
from django.test import Client

from linli.core.actors import system_actor
from linli.incidents.actions.hearing import take_reply
from linli.incidents.models import Answer
from linli.notifications import links
from linli.notifications.actions import Owed, note_addressee, owe_messages
from linli.notifications.events import ReplyReceived
from linli.notifications.links import address_of, leads_to, link_for
from linli.notifications.models import Message, Preference
from linli.registry.models import Contact, ContactPoint, Post


@pytest.fixture
def owed(town):
    """``owed(about)``: the path of the link in a message to somebody who left a number, or to somebody else."""

    def path(about: str, kind: str = "addressee", recipient_id: int = 0) -> str:
        addressee = note_addressee(
            by=system_actor(part="test"), now=town.now, community_id=town.community.pk, name="孙丽", language="zh-hans",
            kind="sms", address="16000007777",
        )  # fmt: skip
        one = Owed(
            town.community.pk, about, kind, recipient_id or addressee.pk, "孙丽", "", "zh-hans", "incident.opened", {},
            f"{about}:{kind}",
        )  # fmt: skip
        owe_messages(now=town.now, messages=[one])
        return "/l/" + link_for(Message.objects.latest("pk").pk).split("/l/", 1)[1]

    return path


@pytest.fixture
def concerns(monkeypatch):
    """A room whose matters have a page of their own."""
    monkeypatch.setattr(links, "_leads", dict(links._leads))
    leads_to("concern", lambda message: f"/concerns/{message.about.partition(':')[2]}/?m={message.pk}")


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_an_addressees_link_leads_to_the_page_of_the_matter(owed, concerns, method):
    path = owed("concern:12")
    response = getattr(Client(), method)(path)
    assert (response.status_code, response["Location"]) == (302, f"/concerns/12/?m={Message.objects.latest('pk').pk}")
    assert {"no-store", "private"} <= {part.strip() for part in response["Cache-Control"].split(",")}
    assert response["X-Robots-Tag"].startswith("noindex")


def test_a_relatives_link_about_the_same_leads_there_too_while_they_are_one(owed, concerns, town):
    contact = Contact.objects.get(name="王芳")
    path = owed("concern:12", kind="contact", recipient_id=contact.pk)
    assert Client().get(path).status_code == 302
    Contact.objects.filter(pk=contact.pk).update(ended_on=town.now.date())
    assert Client().get(path).status_code == 410


def test_a_mornings_list_leads_to_the_desk(owed):
    assert Client().get(owed("digest:1"))["Location"] == "/desk/"


def test_a_matter_of_which_no_room_has_said_so_leads_nowhere(owed, concerns):
    message = Message(about="concerning:12")
    assert address_of(message) is None
    assert Client().get(owed("concerning:12")).status_code == 410
    assert "链接打不开了" in Client().get(owed("unknown")).content.decode()


def test_a_link_that_is_too_old_leads_nowhere(owed, concerns, monkeypatch):
    path = owed("concern:12")
    monkeypatch.setattr(links, "LIFE", -links.LIFE)
    assert Client().get(path).status_code == 410


def test_an_addressee_sees_and_answers_no_incident(owed, town):
    about = Message.objects.earliest("pk").about
    assert about.startswith("incident:")
    path = owed(about)
    assert Client().get(path).status_code == 410
    assert Client().post(path, {"choice": "going"}).status_code == 410
    message = Message.objects.latest("pk")
    take_reply(ReplyReceived(message.pk, "1", at=town.now, via="sms", heard_at=town.now))
    assert not Answer.objects.exists()


def test_an_addressee_states_no_wishes_of_the_post_with_the_same_number(owed, concerns):
    post = Post.objects.earliest("pk")
    path = owed("concern:12", recipient_id=post.pk)
    assert Client().get(path + "wishes/").status_code == 404
    assert Client().post(path + "wishes/", {"language": "en"}).status_code == 404
    assert not Preference.objects.exists()


@pytest.mark.parametrize("wanted", [True, False])
def test_an_addressee_gets_no_browser_told_what_a_post_is_told(owed, concerns, wanted):
    token = owed("concern:12", recipient_id=Post.objects.earliest("pk").pk).removeprefix("/l/").strip("/")
    keys = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
    asked = {"wanted": wanted, "subscription": {"endpoint": "https://push.example/1", "keys": keys}}
    url = f"/notifications/push/{token}/"
    assert Client().post(url, orjson.dumps(asked), content_type="application/json").status_code == 404
    assert not ContactPoint.objects.filter(kind="push").exists()


def test_a_loudspeakers_message_opens_nothing(owed, concerns):
    assert (
        Client().get(owed("concern:12", kind="speaker", recipient_id=Post.objects.earliest("pk").pk)).status_code == 410
    )
