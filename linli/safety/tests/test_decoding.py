"""From bytes to signals."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.safety.decoding import Raw, Signal, Unreadable, decode

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
words = st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def raw(data: bytes, *, subject: str = "linli.demo.GAS1.alarm", origin: str = "s:1", at: datetime = NOW) -> Raw:
    return Raw(subject=subject, data=data, received_at=at, origin=origin)


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=60))
def test_no_bytes_and_no_topic_can_raise(data, subject):
    assert isinstance(decode(raw(data, subject=subject)), Signal | Unreadable)
    assert isinstance(decode(raw(data)), Signal | Unreadable)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "at", "lel", "battery", "alarm", "x"]), json_values))
def test_any_json_object_is_a_signal_that_can_be_stored(body):
    try:
        data = orjson.dumps(body)
    except orjson.JSONEncodeError:
        return
    signal = decode(raw(data))
    assert isinstance(signal, Signal)
    assert signal.kind == "alarm"
    assert abs(signal.at - NOW) <= timedelta(days=31)
    assert "\0" not in orjson.dumps(signal.payload).decode()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-23T12:00:00+08:00", NOW),
        ("2026-11-23T04:00:00Z", NOW),
        ("2026-11-23T12:00:00", NOW),
        (" 2026-11-23 12:00:00 ", NOW),
        (NOW.timestamp(), NOW),
        (NOW.timestamp() * 1000, NOW),
    ],
)
def test_times_are_read_as_devices_write_them(written, meant):
    signal = decode(raw(orjson.dumps({"at": written})))
    assert (signal.at, signal.clock_doubtful) == (meant, False)


@pytest.mark.parametrize("written", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "x", True, {}, 1e40, -1e40])
def test_an_unbelievable_time_gives_way_to_the_time_of_receipt(written):
    signal = decode(raw(orjson.dumps({"at": written})))
    assert (signal.at, signal.clock_doubtful) == (NOW, True)


def test_the_same_message_again_has_the_same_key():
    dated = b'{"id":"7","at":"2026-11-23T12:00:00+08:00"}'
    assert decode(raw(dated)).key == decode(raw(dated, origin="s:2", at=NOW + timedelta(days=1))).key


def test_a_clock_that_stands_still_does_not_hide_the_next_leak():
    stuck = b'{"id":"1","at":"1970-01-01T00:00:12Z"}'
    assert decode(raw(stuck)).key == decode(raw(stuck, origin="s:2")).key
    assert decode(raw(stuck)).key != decode(raw(stuck, origin="s:2", at=NOW + timedelta(days=2))).key
    bare = b'{"lel":9}'
    assert decode(raw(bare)).key != decode(raw(bare, origin="s:2")).key
    assert decode(raw(bare)).key == decode(raw(bare, at=NOW + timedelta(seconds=9))).key


def test_a_clear_is_not_turned_into_an_alarm_by_a_flag_left_standing():
    assert decode(raw(b'{"alarm":true}', subject="linli.demo.GAS1.clear")).kind == "clear"
    assert decode(raw(b'{"alarm":true}', subject="linli.demo.GAS1.heartbeat")).kind == "alarm"


@pytest.mark.parametrize("value", ["12", True, None, [], 1e999, -1e9])
def test_a_number_that_is_none_is_left_out(value):
    assert decode(raw(orjson.dumps({"lel": None if value == 1e999 else value}))).gas_percent_lel is None
