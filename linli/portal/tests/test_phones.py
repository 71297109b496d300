import re

import pytest

PATH = "/demo/phones/"


@pytest.fixture
def demo(settings):
    settings.LINLI_DEMO = True


def test_there_are_no_phones_outside_a_demo(client, town, settings):
    settings.LINLI_DEMO = False
    assert client.get(PATH).status_code == 404


def test_everybody_who_was_told_has_a_phone_with_a_link(client, town, demo, link_of, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        html = client.get(PATH).content.decode()
    for name in ("王芳", "王强", "赵玉兰", "值班员小林"):
        assert name in html
    assert client.get(link_of("王芳")).status_code == 200
    links = re.findall(r'href="(/l/[^"]+)"', html)
    assert len(links) == 4
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_phone_without_messages_says_how_to_get_one(client, db, demo):
    html = client.get(PATH).content.decode()
    assert "还没有消息" in html


def test_the_page_is_fetched_again_only_when_something_changed(client, town, demo):
    mark = re.search(r"\?mark=(\w+)", client.get(PATH).content.decode())[1]
    asks = {"HX-Request": "true"}
    assert client.get(f"{PATH}?mark={mark}", headers=asks).status_code == 204
    town.device("501").leaks()
    again = client.get(f"{PATH}?mark={mark}", headers=asks)
    assert again.status_code == 200
    assert "8栋3单元501" in again.content.decode()
