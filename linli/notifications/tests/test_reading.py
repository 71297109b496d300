"""What the providers' callbacks say, read from the examples of their documents."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.notifications.carriers.reading import choice_in, heard_in, plain_number
from linli.notifications.errors import ReportNotUnderstood
from linli.notifications.tests.providers import recorded


def of(name):
    return heard_in(recorded(name), provider=name.split("-")[0])


def test_a_text_that_arrived():
    (receipt,) = of("aliyun-sms-report").receipts
    assert (receipt.provider_id, receipt.state, receipt.number) == ("12345", "delivered", "13811110000")
    assert receipt.at.astimezone(UTC) == datetime(2016, 12, 31, 16, 0, tzinfo=UTC)
    assert receipt.message_id is None  # "67890" is no key of ours
    (other,) = of("tencent-sms-status").receipts
    assert (other.provider_id, other.state, other.code) == ("xxxxxxx", "delivered", "DELIVRD")


@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        ("号码不存在", "dead"),
        ("空号", "dead"),
        ("停机", "dead"),
        ("关机/停机/不在服务区", "failed"),
        ("网关拒绝", "failed"),
        ("", "failed"),
    ],
)
def test_a_text_that_did_not_arrive_says_whether_the_number_exists(sentence, state):
    (item,) = recorded("aliyun-sms-report")
    heard = heard_in([{**item, "success": False, "err_msg": sentence, "out_id": "l3mv"}], provider="aliyun")
    assert heard.receipts[0].state == state
    assert heard.receipts[0].message_id == 4711
    (item,) = recorded("tencent-sms-status")
    heard = heard_in([{**item, "report_status": "FAIL", "description": sentence}], provider="tencent")
    assert heard.receipts[0].state == state


def test_answers_by_text():
    (reply,) = of("aliyun-sms-up").replies
    assert (reply.number, reply.text, reply.choice, reply.service) == ("13811110000", "内容", "", "sms")
    (other,) = of("tencent-sms-reply").replies
    assert (other.number, other.text) == ("13811110000", "用户回复的内容")
    assert other.at == datetime.fromtimestamp(1457336869, UTC)
    assert other.reply_key == of("tencent-sms-reply").replies[0].reply_key


def test_the_end_of_a_call_and_the_key_pressed_in_it():
    heard = of("aliyun-voice-report")
    assert (heard.receipts[0].state, heard.receipts[0].number) == ("failed", "13000000000")
    assert (heard.replies[0].choice, heard.replies[0].provider_id) == ("1", "122628733198^109422060000")
    during = of("aliyun-voice-call-report")
    assert not during.receipts
    assert (during.replies[0].choice, during.replies[0].number) == ("1", "")
    key = of("tencent-voice-key").replies[0]
    assert (key.choice, key.provider_id, key.service) == ("2", "xxxxxx", "voice")
    assert of("tencent-voice-prompt").receipts[0].state == "delivered"
    assert of("tencent-voice-failure").receipts[0].state == "dead"


@pytest.mark.parametrize(
    ("code", "state"), [("200000", "delivered"), ("200001", "delivered"), ("200002", "failed"), ("200004", "dead")]
)
def test_how_a_call_ended(code, state):
    (item,) = recorded("aliyun-voice-report")
    assert heard_in([{**item, "status_code": code}], provider="aliyun").receipts[0].state == state


def test_a_call_that_only_rings_says_nothing_yet():
    (item,) = recorded("aliyun-voice-call-report")
    heard = heard_in([{**item, "status_code": "200201", "dtmf": ""}], provider="aliyun")
    assert not heard.receipts
    assert not heard.replies


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("1", "1"), ("２", "2"), (" 3。", "3"), ("回复1", "1"), ("1我马上去", "1"), ("选 2", "2"), ("1.", "1"),
        ("12", ""), ("119", ""), ("4", ""), ("好的", ""), ("", ""), ("TD", ""), ("请打 13800001234", ""), ("3栋", "3"),
    ],
)  # fmt: skip
def test_what_counts_as_a_choice(text, choice):
    assert choice_in(text) == choice


@pytest.mark.parametrize(
    "typed", ["+8613800001234", "8613800001234", "008613800001234", "138 0000 1234", "13800001234"]
)
def test_a_number_is_the_same_however_it_is_written(typed):
    assert plain_number(typed) == "13800001234"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["biz_id", "call_id", "sid", "text", "mobile", "content", "voicekey_callback", "voiceprompt_callback", "success"]),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@given(JSON, st.sampled_from(["aliyun", "tencent"]))
def test_nonsense_is_refused_and_never_a_fault(payload, provider):
    with suppress(ReportNotUnderstood):
        heard_in(payload, provider=provider)
