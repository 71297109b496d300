"""What a relative or a captain says about messages that can wait, behind the link of a message."""

from datetime import time

from linli.notifications.models import Preference


def test_a_relative_asks_for_quiet_nights_and_english(client, link_of):
    address = link_of("王芳") + "wishes/"
    page = client.get(address)
    assert page.status_code == 200
    assert page["X-Robots-Tag"].startswith("noindex")
    typed = {"quiet_from": "22:00", "quiet_until": "07:00", "language": "en"}
    assert client.post(address, typed).status_code == 302
    wish = Preference.objects.get()
    assert (wish.contact.name, wish.quiet_from, wish.quiet_until, wish.changed_by) == (
        "王芳",
        time(22),
        time(7),
        "王芳",
    )
    assert wish.contact.language == "en"


def test_half_quiet_hours_are_said_beside_the_field(client, link_of):
    page = client.post(link_of("王芳") + "wishes/", {"quiet_from": "22:00", "language": "zh-hans"})
    assert page.status_code == 422
    assert 'id="id_quiet_until_error"' in page.content.decode()
    assert not Preference.objects.exists()


def test_a_captain_declines_what_can_wait(client, link_of):
    address = link_of("赵玉兰") + "wishes/"
    assert "incident.digest" in client.get(address).content.decode()
    client.post(address, {"language": "zh-hans"})
    assert Preference.objects.get().unwanted == ["incident.digest"]


def test_a_wrong_token_opens_nothing(client, town):
    assert client.get("/l/1.abc.def/wishes/").status_code == 410


def test_the_message_leads_to_the_wishes(client, link_of):
    assert link_of("王芳") + "wishes/" in client.get(link_of("王芳")).content.decode()
