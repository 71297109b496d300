"""A community's own words: what may be written, what is kept, and that a message goes whatever is in it."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.audit.models import AuditEntry
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.notifications import spelling, wording
from linli.notifications.actions import reset_wording, word_message
from linli.notifications.errors import WordingRefused
from linli.notifications.models import WordingVersion
from linli.notifications.standing import forget_standing, standing
from linli.notifications.wording import OwnText, Wording, filled
from linli.registry.models import Community

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BY = Actor(kind="user", label="陈书记", ref="7", user_id=7)
PARAMS = {
    "kind_zh": "燃气泄漏报警",
    "kind_en": "Gas leak",
    "place": "8栋3单元502",
    "community": "邻里",
    "clock": "14:05",
}


@pytest.fixture(autouse=True)
def greeting():
    """A wording of the test's own."""
    wording.lay_down(
        "test.alarm",
        called="测试",
        zh=Wording("【{kind}】{place}", "{clock} {place} {kind}", short="{place}{kind}"),
        en=Wording("{kind}: {place}", "{kind} at {place}, {clock}"),
        knows=("community",),
    )
    yield
    del wording._laid["test.alarm"]


@pytest.fixture
def community(db):
    return Community.objects.create(code="linju", name="邻里示范社区")


def words(community, text, *, form="long", language="zh", title="【{类型}】", now=NOW):
    return word_message(
        by=BY,
        now=now,
        community_id=community.pk,
        code="test.alarm",
        language=language,
        form=form,
        title=title,
        text=text,
    )


def refusal(community, text, **more):
    with pytest.raises(WordingRefused) as refused:
        words(community, text, **more)
    return {name: str(sentence) for name, sentence in refused.value.fields.items()}


def own(community):
    forget_standing()
    return standing(now=NOW).own.get((community.pk, "test.alarm", "zh"))


# ------------------------------------------------------------------------------------------------------------ spelling


@given(st.text(alphabet="{}｛｝abc地点 ", max_size=30))
def test_whatever_is_kept_is_filled_in_or_says_what_lacks(text):
    kept = spelling.kept_form(text, codes={"地点": "place", "abc": "abc"})
    names = spelling.variables_in(kept)
    assert spelling.fill(kept, dict.fromkeys(names, "x")) is not None
    assert spelling.kept_form(kept, codes={}) == kept


def test_wide_braces_and_chinese_names_are_understood():
    kept = spelling.kept_form("｛ 地点 ｝有{kind}", codes={"地点": "place", "kind": "kind"})
    assert kept == "{place}有{kind}"
    assert spelling.shown_form(kept, names={"place": "地点", "kind": "类型"}) == "{地点}有{类型}"


@pytest.mark.parametrize(("text", "units"), [("", 8), ("燃气", 10), ("a b", 11), ("🔥", 10), ("8栋3单元502", 16)])
def test_an_sms_is_counted_as_the_carriers_count(text, units):
    assert spelling.sms_units(text) == units


@pytest.mark.parametrize(("units", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_a_long_sms_is_cut_in_parts_of_67(units, parts):
    assert spelling.sms_parts(units) == parts


# -------------------------------------------------------------------------------------------------------------- saving


def test_a_secretary_words_a_message_and_the_version_is_kept(community):
    words(community, "请看 {地点} {类型}")
    version = WordingVersion.objects.get()
    assert (version.text, version.title, version.author, version.at) == (
        "请看 {place} {kind}",
        "【{kind}】",
        "陈书记",
        NOW,
    )
    assert AuditEntry.objects.filter(verb="changed", object_type="wordingversion").count() == 1
    assert own(community)["long"].text == "请看 {place} {kind}"


def test_the_newest_version_holds_and_none_is_lost(community):
    words(community, "一 {地点}{类型}")
    words(community, "二 {地点}{类型}")
    assert own(community)["long"].text == "二 {place}{kind}"
    reset_wording(by=BY, now=NOW, community_id=community.pk, code="test.alarm", language="zh", form="long")
    assert own(community) is None
    assert WordingVersion.objects.count() == 3


@pytest.mark.parametrize(
    "change", [lambda: WordingVersion.objects.update(text="x"), lambda: WordingVersion.objects.all().delete()]
)
def test_versions_are_append_only(community, change):
    words(community, "请看 {地点} {类型}")
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("快来看看{类型}", "{地点}"),
        ("{地点}{类型}{电话}", "{电话}"),
        ("{地点}{类型}{place.__class__}", "{place.__class__}"),
        ("{地点}{类型}{", ""),
        ("【演练】{地点}{类型}", ""),
        ("[DRILL]{地点}{类型}", ""),
        ("", ""),
    ],
)
def test_a_wording_that_would_not_do_is_refused_beside_its_field(community, text, said):
    fields = refusal(community, text)
    assert said in fields["text"]
    assert not WordingVersion.objects.exists()


def test_a_heading_is_looked_at_too(community):
    assert "{谁}" in refusal(community, "{地点}{类型}", title="{谁}")["title"]


def test_a_text_message_fits_into_one_sms(community):
    fits = "{地点}{类型}" + "看" * (70 - 8 - 10 - 6)
    words(community, fits, form="short")
    assert "71" in refusal(community, fits + "看", form="short")["text"]


def test_an_unknown_wording_or_form_is_not_found(community):
    for which in ({"code": "nothing"}, {"form": "sung"}, {"language": "fr"}):
        with pytest.raises(NotFound):
            word_message(
                by=BY, now=NOW, community_id=community.pk, title="", text="x",
                **{"code": "test.alarm", "language": "zh", "form": "long", **which},
            )  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- filling


def test_every_form_is_filled_and_falls_back_to_the_longer_one():
    said = filled("test.alarm", language="zh-hans", params=PARAMS)
    assert (said.text, said.short, said.spoken) == (
        "14:05 8栋3单元502 燃气泄漏报警",
        "8栋3单元502燃气泄漏报警",
        said.short,
    )
    english = filled("test.alarm", language="en", params=PARAMS)
    assert english.short == english.spoken == english.text == "Gas leak at 8栋3单元502, 14:05"


@pytest.mark.parametrize(("language", "mark"), [("zh-hans", "【演练】"), ("en", "[DRILL] ")])
def test_the_machine_marks_every_text_of_a_drill_whatever_the_community_wrote(language, mark):
    own = {form: OwnText(1, "{kind}", "{place}{kind}") for form in wording.FORMS}
    said = filled("test.alarm", language=language, params={**PARAMS, "drill": True}, own=own)
    assert all(text.startswith(mark) for text in (said.title, said.text, said.short, said.spoken))
    plain = filled("test.alarm", language=language, params=PARAMS, own=own)
    assert not any(mark.strip() in text for text in (plain.title, plain.text, plain.short, plain.spoken))


def test_a_broken_wording_never_keeps_a_message_back_and_is_logged_once(caplog):
    own = {"long": OwnText(990_001, "", "{nobody}"), "short": OwnText(990_002, "", "{place}!")}
    with caplog.at_level(logging.WARNING):
        said = [filled("test.alarm", language="zh", params=PARAMS, own=own) for _ in range(3)]
    assert said[0].text == "14:05 8栋3单元502 燃气泄漏报警"
    assert said[0].short == "8栋3单元502!"
    assert len(caplog.records) == 1


def test_only_the_forms_that_are_asked_for_are_made():
    own = {form: OwnText(1, "", "{place}!") for form in wording.FORMS}
    said = filled("test.alarm", language="zh", params={**PARAMS, "drill": True}, own=own, forms=wording.LONG_ONLY)
    assert (said.text, said.short, said.spoken) == ("【演练】8栋3单元502!", "", "")


def test_a_value_cannot_reach_into_the_text():
    own = {"long": OwnText(1, "", "{place}")}
    said = filled("test.alarm", language="zh", params={**PARAMS, "place": "{kind}"}, own=own)
    assert said.text == "{kind}"


def test_every_wording_of_the_house_fits_its_own_rules():
    for laid in wording.wordings_laid_down():
        for language in wording.LANGUAGES:
            built_in = laid.in_language(language)
            samples = wording.samples_of(laid, language=language)
            for text in (built_in.title, built_in.text, built_in.short, built_in.spoken):
                assert not spelling.unknown_variables(text, known=laid.knows_in(language))
                assert spelling.fill(text, samples) == text.format_map(samples)
            if built_in.short:
                assert spelling.sms_units(spelling.fill(built_in.short, samples)) <= spelling.SMS_UNITS, laid.code


def test_what_stands_is_read_again_after_five_seconds(community, django_assert_num_queries):
    standing(now=NOW)
    with django_assert_num_queries(0):
        standing(now=NOW + timedelta(seconds=4.9))
    words(community, "请看 {地点} {类型}")
    assert not standing(now=NOW + timedelta(seconds=4.9)).own
    assert standing(now=NOW + timedelta(seconds=5)).own
