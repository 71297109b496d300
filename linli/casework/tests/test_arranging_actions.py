"""What a community arranges for itself: categories, questions, clocks, rules, teams, answers to begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from linli.audit.models import AuditEntry
from linli.casework.access import reach_of_actor
from linli.casework.actions import arranging, grading, teaming, templating
from linli.casework.actions.arranging import CategoryGiven, QuestionGiven
from linli.casework.actions.grading import GradeGiven, PolicyGiven
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.actions.templating import TemplateGiven
from linli.casework.errors.arranging import (
    ArrangementNotFound,
    ArrangementWrong,
    DayIsPast,
    DayIsTaken,
    LastCategory,
    VariableUnknown,
)
from linli.casework.models import Category, ClockGrade, Policy, ResponseTemplate, TeamMember
from linli.casework.queries.settings import categories_of, grade_of, policy_of
from linli.casework.queries.templates import filled_template, sample_filled
from linli.casework.tests.office_town import DAY, Office, office  # noqa: F401
from linli.core.errors import NotAllowed

DEED = CategoryGiven(title_zh="供热投诉", title_en="Heating complaints", grade="24h")
GRADE = GradeGiven("一般", "Common", 5 * 86400, 86400, "working_days", 75)
POLICY = PolicyGiven(
    response_weight=Decimal("0.2"), resolution_weight=Decimal("0.4"), satisfaction_weight=Decimal("0.4"),
    mostly_weight=Decimal("0.8"), least_for_percent=30, question_days=5, outside_days=14, rating_days=14, objection_days=3,
    duplicate_days=7, wake_grace_seconds=3600, late_factor=3, returns_to_arbiter=3,
)  # fmt: skip


@pytest.fixture
def told(office: Office) -> dict:  # noqa: F811
    return {"by": office.by(office.secretary), "now": office.now}


def test_a_category_is_added_changed_ended_and_used_again(office, told) -> None:  # noqa: F811
    main = office.category("utilities")
    made = arranging.add_category(community_id=office.community.pk, parent_id=main.pk, given=DEED, **told)
    assert (made.code, made.parent, made.grade) == ("heating_complaints", main, "24h")
    again = arranging.add_category(community_id=office.community.pk, parent_id=main.pk, given=DEED, **told)
    assert again.code == "heating_complaints_2"
    changed = arranging.change_category(
        category_id=made.pk, given=replace(DEED, title_zh="供热", sensitive=True), **told
    )
    assert (changed.title_zh, changed.code, changed.sensitive) == ("供热", "heating_complaints", True)
    arranging.end_category(category_id=main.pk, **told)
    assert not Category.objects.filter(parent=main, ended_on__isnull=True).exists()
    assert main.pk not in [one.pk for one in categories_of(community_id=office.community.pk, on=office.today + DAY)]
    arranging.revive_category(category_id=made.pk, **told)
    assert Category.objects.filter(pk__in=[main.pk, made.pk], ended_on__isnull=True).count() == 2
    assert AuditEntry.objects.filter(object_type="casework.category").count() == 5


def test_the_category_that_takes_all_others_is_not_ended(office, told) -> None:  # noqa: F811
    for code in ("other", "other_matters"):
        with pytest.raises(LastCategory):
            arranging.end_category(category_id=office.category(code).pk, **told)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title_zh": " "}, "title_zh"),
        ({"grade": "1h"}, "grade"),
        ({"team_id": 999999}, "team"),
        ({"published": True, "sensitive": True}, "published"),
        ({"urgent_zh": "先打 119"}, "urgent_en"),
    ],
)
def test_a_category_that_does_not_fit_is_refused_beside_its_field(office, told, more, field) -> None:  # noqa: F811
    with pytest.raises(ArrangementWrong) as refused:
        arranging.change_category(category_id=office.category("light").pk, given=replace(DEED, **more), **told)
    assert field in refused.value.fields


def test_a_question_keeps_the_codes_of_its_answers(office, told) -> None:  # noqa: F811
    light = office.category("light")
    given = QuestionGiven(
        "哪一层", "Which floor", kind="singlevaluelist", choices=[("一层", "first"), ("二层", "second")]
    )
    question = arranging.add_question(category_id=light.pk, given=given, **told)
    assert question.choices == [["first", "一层", "first"], ["second", "二层", "second"]]
    other = replace(given, choices=[("二层", "2nd floor"), ("顶层", "top"), ("地下", "")])
    changed = arranging.change_question(question_id=question.pk, given=other, **told)
    assert changed.choices == [["second", "二层", "2nd floor"], ["top", "顶层", "top"], ["o1", "地下", "地下"]]
    for wrong in (replace(given, choices=[("一层", "first")]), replace(given, kind="x"), replace(given, title_en="")):
        with pytest.raises(ArrangementWrong):
            arranging.change_question(question_id=question.pk, given=wrong, **told)
    arranging.delete_question(question_id=question.pk, **told)
    with pytest.raises(ArrangementNotFound):
        arranging.delete_question(question_id=question.pk, **told)


def test_a_clock_changes_from_a_day_on_and_what_was_stays(office, told) -> None:  # noqa: F811
    pk, later = office.community.pk, office.today + 3 * DAY
    for seconds in (5 * 86400, 6 * 86400):
        given = replace(GRADE, seconds=seconds)
        grading.change_grade(community_id=pk, code="7d", since_on=later, given=given, **told)
    assert ClockGrade.objects.filter(community_id=pk, code="7d").count() == 2, "one to come is written anew"
    assert grade_of(community_id=pk, code="7d", on=office.today).seconds == 7 * 86400
    assert grade_of(community_id=pk, code="7d", on=later).seconds == 6 * 86400
    grading.change_grade(community_id=pk, code="7d", since_on=office.today, given=GRADE, **told)
    with pytest.raises(DayIsTaken):
        grading.change_grade(community_id=pk, code="7d", since_on=office.today, given=GRADE, **told)
    with pytest.raises(DayIsPast):
        grading.change_grade(community_id=pk, code="7d", since_on=office.today - DAY, given=GRADE, **told)
    with pytest.raises(ArrangementNotFound):
        grading.change_grade(community_id=pk, code="9d", since_on=later, given=GRADE, **told)
    for wrong in ({"seconds": 5}, {"respond_seconds": 6 * 86400}, {"warn_percent": 0}, {"runs": "x"}, {"title_zh": ""}):
        with pytest.raises(ArrangementWrong):
            grading.change_grade(community_id=pk, code="7d", since_on=later, given=replace(GRADE, **wrong), **told)


def test_rules_change_from_a_day_on(office, told) -> None:  # noqa: F811
    pk = office.community.pk
    given = replace(POLICY, arbiter_id=office.desk.pk)
    grading.change_policy(community_id=pk, since_on=office.today + DAY, given=given, **told)
    assert policy_of(community_id=pk, on=office.today).arbiter is None
    assert policy_of(community_id=pk, on=office.today + DAY).arbiter == office.desk
    assert Policy.objects.filter(community_id=pk).count() == 2
    for wrong in (
        {"response_weight": Decimal("0.5")}, {"response_weight": Decimal("-1"), "resolution_weight": Decimal("1.6")},
        {"mostly_weight": Decimal(2)}, {"question_days": 0}, {"late_factor": 0}, {"arbiter_id": office.other_post.pk},
        {"wake_grace_seconds": 9 * 86400}, {"returns_to_arbiter": 0},
    ):  # fmt: skip
        with pytest.raises(ArrangementWrong):
            grading.change_policy(community_id=pk, since_on=office.today + DAY, given=replace(POLICY, **wrong), **told)


def test_a_team_has_the_posts_it_is_given(office, told) -> None:  # noqa: F811
    pk = office.community.pk
    posts = [office.desk.pk, office.grid_lead.pk]
    team = teaming.add_team(community_id=pk, name="维修组", post_ids=posts, **told)
    teaming.change_team(team_id=team.pk, name="维修队", post_ids=[office.desk.pk, office.secretary.pk], **told)
    assert set(TeamMember.objects.filter(team=team).values_list("post_id", flat=True)) == {
        office.desk.pk,
        office.secretary.pk,
    }
    for name, ids in (("维修队", []), ("", []), ("新组", [office.other_post.pk])):
        with pytest.raises(ArrangementWrong):
            teaming.add_team(community_id=pk, name=name, post_ids=ids, **told)
    assert teaming.end_team(team_id=team.pk, **told).ended_on == office.today
    assert teaming.revive_team(team_id=team.pk, **told).ended_on is None


def test_an_answer_to_begin_with_is_checked_and_filled_in(office, told) -> None:  # noqa: F811
    pk = office.community.pk
    text = "{reporter}您好，{place}的{category}（{number}）会在{due}前办好。{ 不是变量"
    given = TemplateGiven(state="resolved", title="答复一", text=text)
    template = templating.add_template(community_id=pk, given=given, **told)
    request = office.enters(reporter=ReporterGiven(name="赵女士"))
    reach = reach_of_actor(by=office.by(office.secretary), now=office.now)
    filled = filled_template(template=template, request=request, reach=reach)
    assert filled.startswith(f"赵女士您好，8栋3单元的楼道灯路灯（{request.number}）会在")
    assert filled.endswith("前办好。{ 不是变量")
    assert filled_template(template=template, request=request).startswith("居民您好")
    captain = reach_of_actor(by=office.by(office.unit_captain), now=office.now)
    assert "赵女士" not in filled_template(template=template, request=request, reach=captain)
    assert "{" not in sample_filled(text=text.replace("{ ", ""))
    english = ResponseTemplate(community_id=pk, text="{reporter}: {category} {x} {0} %s {due}")
    assert filled_template(template=english, request=request).startswith(
        "resident: Stairwell and street lights {x} {0} %s 20"
    )
    with pytest.raises(VariableUnknown) as refused:
        templating.change_template(template_id=template.pk, given=replace(given, text="{nummer}"), **told)
    assert "{nummer}" in str(refused.value.fields["text"])
    for wrong in ({"state": "closed"}, {"title": " "}, {"category_id": 999999}):
        with pytest.raises(ArrangementWrong):
            templating.change_template(template_id=template.pk, given=replace(given, **wrong), **told)
    with pytest.raises(ArrangementWrong):
        templating.add_template(community_id=pk, given=given, **told)
    templating.delete_template(template_id=template.pk, **told)
    assert not ResponseTemplate.objects.filter(title="答复一").exists()


def test_only_who_arranges_does_and_only_in_their_community(office, told) -> None:  # noqa: F811
    light, soon = office.category("light"), office.today + DAY
    template = ResponseTemplate.objects.filter(community=office.community).first()
    team = office.team("组")
    deeds = [
        lambda **who: arranging.change_category(category_id=light.pk, given=DEED, **who),
        lambda **who: arranging.add_category(community_id=office.community.pk, parent_id=None, given=DEED, **who),
        lambda **who: arranging.add_question(category_id=light.pk, given=QuestionGiven("问", "Ask"), **who),
        lambda **who: grading.change_grade(
            community_id=office.community.pk, code="7d", since_on=soon, given=GRADE, **who
        ),
        lambda **who: grading.change_policy(community_id=office.community.pk, since_on=soon, given=POLICY, **who),
        lambda **who: teaming.end_team(team_id=team.pk, **who),
        lambda **who: templating.delete_template(template_id=template.pk, **who),
    ]
    for deed in deeds:
        for post in (office.desk, office.grid_lead, office.unit_captain):
            with pytest.raises(NotAllowed):
                deed(by=office.by(post), now=office.now)
        with pytest.raises(ArrangementNotFound):
            deed(by=office.by(office.other_post), now=office.now)
        deed(by=office.by(office.secretary), now=office.now + timedelta(seconds=1))
