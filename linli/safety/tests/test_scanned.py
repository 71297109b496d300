"""Whatever a label, a camera or a clipboard holds, the serial is found or it is said that there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.safety.scanned import SERIAL, Scanned, read_scan


@pytest.mark.parametrize(
    ("text", "serial", "model"),
    [
        ("GAS-0001", "GAS-0001", ""),
        ("  gas 0001 2345\n", "gas00012345", ""),
        ("ＧＡＳ０００１", "GAS0001", ""),
        ("SN:GAS0001;MODEL:gas-1", "GAS0001", "gas-1"),
        ("S/N: GAS0001, Model: gas-1", "GAS0001", "gas-1"),
        ("序列号：GAS0001\n型号：家用燃气报警器", "GAS0001", "家用燃气报警器"),
        ("IMEI=861234567890123;SN=GAS0001", "GAS0001", ""),
        ("IMEI:861234567890123", "861234567890123", ""),
        ('{"sn": "GAS0001", "model": "gas-1"}', "GAS0001", "gas-1"),
        ('{"device": {"serialNumber": "GAS0001"}}', "GAS0001", ""),
        ('[{"deviceId": 861234567890123}]', "861234567890123", ""),
        ("https://maker.example/d?sn=GAS0001&type=gas-1", "GAS0001", "gas-1"),
        ("https://maker.example/product/GAS0001", "GAS0001", ""),
        ("https://maker.example/#/bind?SN=GAS0001", "GAS0001", ""),
        ("HTTP://M.EXAMPLE/Q/ABCDEF", "", ""),
        ("扫我加好友", "", ""),
        ("ab", "", ""),
        ("{", "", ""),
        ("", "", ""),
    ],
)
def test_an_installer_finds_the_serial_in_anything(text, serial, model):
    assert read_scan(text) == Scanned(serial, model)


@given(st.text(max_size=300) | st.text(alphabet='{}[]":,;=/?&SN0a ', max_size=60))
def test_a_scan_never_fails_and_never_invents(text):
    found = read_scan(text)
    assert found.serial == "" or SERIAL.fullmatch(found.serial)


@given(st.from_regex(SERIAL, fullmatch=True))
def test_a_bare_serial_is_itself(serial):
    assert read_scan(serial).serial == serial


def test_a_floor_of_brackets_is_no_serial():
    assert read_scan("[" * 5000) == Scanned()
