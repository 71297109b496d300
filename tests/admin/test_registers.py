"""The registers: who sees which rows, what is never shown, and that every change leaves its entry."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from linli.accounts.models import User
from linli.accounts.registers.base import Register
from linli.audit.models import AuditEntry
from linli.incidents.models import EscalationPolicy, IncidentKind
from linli.registry import keeping
from linli.registry.models import Community, ContactPoint, Household, Post, Resident, Unit
from tests.admin.conftest import ID_NUMBER, PHONE, Town

REGISTERS = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
IDS = [model._meta.label_lower for model, _ in REGISTERS]


def address(model, page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def form_of(client: Client, url: str) -> dict[str, str]:
    """The form as a browser would send it back."""
    response = client.get(url)
    assert response.status_code == 200, url
    context = response.context
    data: dict[str, str] = {}
    forms = [
        context["adminform"].form,
        *(f for s in context["inline_admin_formsets"] for f in [s.formset.management_form, *s.formset.forms]),
    ]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                data |= {bound.html_name: "on"} if value else {}
            else:
                data[bound.html_name] = "" if value is None else str(value)
    return data


def last() -> AuditEntry:
    return AuditEntry.objects.latest("id")


@pytest.mark.parametrize(("model", "register"), REGISTERS, ids=IDS)
def test_every_list_opens_in_both_languages_with_search_and_few_queries(
    browser, model, register, django_assert_max_num_queries
) -> None:
    client = browser("superuser")
    assert isinstance(register, Register)
    for language in ("zh-hans", "en"):
        client.cookies["linli_language"] = language
        with django_assert_max_num_queries(25):
            assert client.get(address(model)).status_code == 200
    if register.search_fields:
        assert client.get(address(model), {"q": "3"}).status_code == 200
        assert client.get(address(model), {"q": "'%_"}).status_code == 200
    assert client.get(address(model, "add")).status_code in {200, 403}


@pytest.mark.parametrize(("model", "register"), REGISTERS, ids=IDS)
def test_every_row_opens(browser, town: Town, model, register) -> None:
    client = browser("superuser")
    row = model.objects.first()
    if row is not None:
        assert client.get(address(model, "change", row.pk)).status_code == 200


def test_lists_do_not_ask_once_per_row(browser, town: Town, django_assert_max_num_queries) -> None:
    client = browser("superuser")
    client.get(address(Resident))
    for n in range(40):
        Resident.objects.create(community=town.community, household=town.household, name=f"人{n}")
        Unit.objects.create(community=town.community, building=town.unit.building, number=n + 10)
    for model in (Resident, Unit):
        with django_assert_max_num_queries(20):
            client.get(address(model))


@pytest.mark.parametrize("role", ["grid_lead", "building_captain", "unit_captain"])
def test_captains_do_not_enter(town: Town, client: Client, monkeypatch, role: str) -> None:
    monkeypatch.setattr("linli.accounts.roles._roles", [lambda user_id: frozenset({role})])
    client.force_login(User.objects.create(username="captain", name="队长"))
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get(address(Resident), follow=True).status_code == 403


def test_a_duty_officer_looks_and_writes_nothing(browser, town: Town) -> None:
    client = browser("duty_officer")
    assert client.get(address(Resident, "change", town.resident.pk)).status_code == 200
    assert client.post(address(Resident, "change", town.resident.pk), {"name": "x"}).status_code == 403
    assert client.get(address(Resident, "add")).status_code == 403
    assert client.get(address(User)).status_code == 403


def test_a_secretary_sees_and_reaches_the_own_community_only(browser, town: Town, other: Town) -> None:
    client = browser("secretary")
    for mine, theirs in (
        (town.resident, other.resident),
        (town.dwelling, other.dwelling),
        (town.community, other.community),
    ):
        model = type(mine)
        assert client.get(address(model, "change", mine.pk)).status_code == 200
        assert client.get(address(model, "change", theirs.pk)).status_code == 302, "as if it were not there"
    data = form_of(client, address(Resident, "change", town.resident.pk)) | {"household": str(other.household.pk)}
    assert client.post(address(Resident, "change", town.resident.pk), data).status_code == 200
    town.resident.refresh_from_db()
    assert town.resident.household_id == town.household.pk
    found = client.get(
        "/admin/autocomplete/",
        {"app_label": "registry", "model_name": "resident", "field_name": "household", "term": "3栋"},
    )
    assert [r["id"] for r in found.json()["results"]] == [str(town.household.pk)]


@pytest.mark.parametrize("role", ["secretary", "duty_officer", "superuser"])
def test_no_page_holds_a_full_phone_or_id_number(browser, town: Town, role: str) -> None:
    client = browser(role)
    pages = [
        address(Resident),
        address(Resident, "change", town.resident.pk),
        address(Resident, "history", town.resident.pk),
    ]
    pages += [address(type(town.contact), "change", town.contact.pk), f"{address(Resident)}?q=5678"]
    for page in pages:
        text = client.get(page).content.decode()
        assert PHONE not in text, page
        assert ID_NUMBER not in text, page
    assert "139****5678" in client.get(address(Resident)).content.decode()


@pytest.mark.parametrize("sought", ["5678", PHONE, ID_NUMBER, "zlt", "zhaolao", "赵老", "3栋2单元"])
def test_a_resident_is_found_by_whatever_one_has(browser, town: Town, sought: str) -> None:
    response = browser("secretary").get(address(Resident), {"q": sought})
    assert [r.pk for r in response.context["cl"].result_list] == [town.resident.pk]


def test_a_resident_is_saved_without_retyping_and_keeps_the_numbers(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(Resident, "change", town.resident.pk)
    data = form_of(client, url) | {"name": "钱老太"}
    assert client.post(url, data).status_code == 302
    town.resident.refresh_from_db()
    assert (town.resident.phone, town.resident.id_number, town.resident.name_initials) == (PHONE, ID_NUMBER, "qlt")
    assert (last().verb, last().object_type, last().community_id) == ("changed", "resident", town.community.pk)
    assert last().actor_label == "某secretary"


def test_a_new_phone_is_cleaned_hashed_and_not_in_the_trail(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(Resident, "change", town.resident.pk)
    assert client.post(url, form_of(client, url) | {"new_phone": "１３８ 0000-1234"}).status_code == 302
    town.resident.refresh_from_db()
    assert (town.resident.phone, town.resident.phone_hash) == ("13800001234", keeping.phone_hash("13800001234"))
    assert "13800001234" not in str(vars(last()))
    assert client.post(url, form_of(client, url) | {"new_phone": "-", "new_id_number": "-"}).status_code == 302
    town.resident.refresh_from_db()
    assert (town.resident.phone, town.resident.phone_hash, town.resident.id_number_hash) == ("", "", "")


def test_what_is_no_phone_is_refused_beside_its_field(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(Resident, "change", town.resident.pk)
    page = client.post(url, form_of(client, url) | {"new_phone": "call me"})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors.keys() == {"new_phone"}


def test_an_id_number_twice_in_a_community_is_refused(browser, town: Town) -> None:
    client = browser("secretary")
    data = form_of(client, address(Resident, "add")) | {
        "household": str(town.household.pk),
        "name": "孙二",
        "new_id_number": ID_NUMBER,
    }
    assert client.post(address(Resident, "add"), data).status_code == 200
    assert Resident.objects.count() == 1


def test_a_contact_with_a_way_to_be_reached_is_added(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(type(town.contact), "add")
    line = {
        "points-TOTAL_FORMS": "1",
        "points-0-kind": "phone",
        "points-0-new_address": "138 0000 1234",
        "points-0-position": "1",
    }
    data = (
        form_of(client, url)
        | {"household": str(town.household.pk), "name": "李远", "relation": "20", "call_order": "2", "language": "en"}
        | line
    )
    assert client.post(url, data).status_code == 302
    point = ContactPoint.objects.latest("id")
    assert (point.contact.name, point.address, point.community_id) == ("李远", "13800001234", town.community.pk)
    assert point.address_hash == keeping.phone_hash("13800001234")


def test_nothing_of_people_and_places_is_deleted(browser, town: Town) -> None:
    client = browser("superuser")
    for row in (town.resident, town.household, town.dwelling, town.contact, town.community):
        assert client.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
        listing = client.post(
            address(type(row)), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        )
        assert type(row).objects.filter(pk=row.pk).exists(), listing.status_code


def test_the_trail_cannot_be_written_here(browser, town: Town) -> None:
    client = browser("superuser")
    entry = last()
    assert client.get(address(AuditEntry, "add")).status_code == 403
    assert client.post(address(AuditEntry, "change", entry.pk), {"verb": "x"}).status_code == 403
    assert client.post(address(AuditEntry, "delete", entry.pk), {"post": "yes"}).status_code == 403


def test_a_policy_with_its_steps_is_kept_and_each_change_is_written_down(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(EscalationPolicy, "add")
    kind = IncidentKind.objects.get(code="gas_leak")
    step = {
        "steps-TOTAL_FORMS": "1",
        "steps-0-after_seconds": "0",
        "steps-0-audience": "family",
        "steps-0-repeats": "1",
        "steps-0-repeat_seconds": "60",
    }
    data = form_of(client, url) | {"kind": kind.pk, "community": str(town.community.pk), "loop_seconds": "300"} | step
    assert client.post(url, data).status_code == 302
    policy = EscalationPolicy.objects.get(community=town.community)
    assert [s.audience for s in policy.steps.all()] == ["family"]
    assert (last().verb, last().object_type, last().community_id) == ("added", "escalationpolicy", town.community.pk)
    again = form_of(client, address(EscalationPolicy, "change", policy.pk)) | {"loop_seconds": "600"}
    assert client.post(address(EscalationPolicy, "change", policy.pk), again).status_code == 302
    assert last().verb == "changed"
    assert last().details["fields"] == ["Seconds between calls to the desk at the end"]


def test_a_secretary_cannot_touch_what_all_communities_share(browser, town: Town) -> None:
    client = browser("secretary")
    kind = IncidentKind.objects.get(code="gas_leak")
    house = EscalationPolicy.objects.filter(community=None, kind=kind).first() or EscalationPolicy.objects.create(
        kind=kind
    )
    assert client.get(address(EscalationPolicy, "change", house.pk)).status_code == 200
    assert client.post(address(EscalationPolicy, "change", house.pk), {"kind": kind.pk}).status_code == 403
    assert client.post(address(IncidentKind, "change", kind.pk), {"severity": "3"}).status_code == 403
    data = form_of(client, address(EscalationPolicy, "add")) | {"kind": kind.pk, "community": "", "loop_seconds": "300"}
    assert client.post(address(EscalationPolicy, "add"), data).status_code == 200
    assert EscalationPolicy.objects.filter(community=None, kind=kind).count() == 1


def test_a_secretary_makes_no_administrator(browser, town: Town) -> None:
    client = browser("secretary")
    data = form_of(client, address(Post, "add"))
    data |= {
        "community": str(town.community.pk),
        "role": "administrator",
        "holder_name": "某人",
        "since_on": "2026-11-23",
        "language": "en",
    }
    assert client.post(address(Post, "add"), data).status_code == 200
    assert not Post.objects.filter(role="administrator").exists()
    assert client.post(address(Post, "add"), data | {"role": "duty_officer"}).status_code == 302


def test_a_post_needs_the_place_of_its_role(browser, town: Town, other: Town) -> None:
    client = browser("secretary")
    data = form_of(client, address(Post, "add"))
    data |= {
        "community": str(town.community.pk),
        "role": "unit_captain",
        "holder_name": "冯婶",
        "since_on": "2026-11-23",
        "language": "zh-hans",
    }
    assert client.post(address(Post, "add"), data).context["adminform"].form.errors.keys() == {"unit"}
    assert client.post(address(Post, "add"), data | {"unit": str(other.unit.pk)}).status_code == 200
    assert client.post(address(Post, "add"), data | {"unit": str(town.unit.pk)}).status_code == 302


def test_an_administrator_adds_users_and_cannot_reach_a_superuser(browser, town: Town) -> None:
    root = User.objects.create(username="boss", name="根", is_superuser=True)
    client = browser("administrator")
    assert client.get(address(User, "change", root.pk)).status_code == 302
    data = form_of(client, address(User, "add")) | {
        "username": "xin",
        "name": "新人",
        "new_password": "丁香花开了又开了",
        "language": "zh-hans",
    }
    before = AuditEntry.objects.count()
    assert client.post(address(User, "add"), data).status_code == 302
    added = User.objects.get(username="xin")
    assert added.check_password("丁香花开了又开了")
    assert not added.is_superuser
    assert AuditEntry.objects.count() == before + 1
    url = address(User, "change", added.pk)
    weak = client.post(url, form_of(client, url) | {"new_password": "short"})
    assert weak.context["adminform"].form.errors.keys() == {"new_password"}
    assert client.post(url, form_of(client, url) | {"name": "新新人", "is_superuser": "on"}).status_code == 302
    added.refresh_from_db()
    assert (added.name, added.is_superuser, added.is_active) == ("新新人", False, True)
    assert last().details == {"fields": ["name"]}


def test_a_device_is_registered_with_its_password_shown_once(browser, town: Town) -> None:
    from linli.safety.models import Device, DeviceModel

    model = DeviceModel.objects.create(code="m1", maker="某厂", name="一型", raises_id="gas_leak")
    client = browser("secretary")
    data = {"community": str(town.community.pk), "model": str(model.pk), "serial": "G-0001", "made_on": ""}
    page = client.post(address(Device, "add"), data, follow=True).content.decode()
    device = Device.objects.get(serial="G-0001")
    assert len(re.findall(r"\b[a-z2-7]{32}\b", page)) == 1
    assert not re.findall(r"\b[a-z2-7]{32}\b", client.get(address(Device, "change", device.pk)).content.decode())
    assert (last().verb, last().object_type) == ("registered", "device")


def test_switching_a_device_off_cuts_its_line_and_says_who(browser, town: Town) -> None:
    from linli.safety.models import Device, DeviceModel, OwedCutOff

    model = DeviceModel.objects.create(code="m1", maker="某厂", name="一型", raises_id="gas_leak")
    device = Device.objects.create(community=town.community, model=model, serial="G-0002", secret_hash="x")
    client, where = browser("secretary"), address(Device, "change", device.pk)
    data = {"model": str(model.pk), "made_on": ""}
    assert client.post(where, data).status_code == 302
    device.refresh_from_db()
    assert not device.is_active
    assert OwedCutOff.objects.filter(device=device).exists()
    assert AuditEntry.objects.filter(verb="struck_off", actor_kind="user", object_label="G-0002").exists()
    assert client.post(where, {**data, "is_active": "on"}).status_code == 302
    device.refresh_from_db()
    assert device.is_active
    assert not OwedCutOff.objects.exists()


def test_the_side_menu_offers_what_may_be_opened(browser, town: Town) -> None:
    page = browser("duty_officer").get("/admin/").content.decode()
    assert address(Resident) in page
    assert address(User) not in page
    assert address(Community) in page


def test_a_household_does_not_move_to_another_community_with_one_click(browser, town: Town, other: Town) -> None:
    client = browser("superuser")
    url = address(Household, "change", town.household.pk)
    answer = client.post(url, form_of(client, url) | {"dwelling": str(other.dwelling.pk)})
    assert answer.status_code == 200
    assert "another community" in answer.content.decode()
    town.household.refresh_from_db()
    assert town.household.dwelling == town.dwelling
