"""The packets that simulated detectors send: against the examples of the standard, and against themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.safety.simulation import codec
from linli.safety.simulation.codec import BadPacket, Packet, PacketKind, Splitter

TOPICS = st.text(min_size=1, max_size=80).filter(lambda text: "\0" not in text)


def only_packet(data: bytes) -> Packet:
    splitter = Splitter()
    (packet,) = splitter.feed(data)
    assert splitter.feed(b"") == []
    return packet


@pytest.mark.parametrize(
    ("length", "digits"),
    [(0, "00"), (127, "7f"), (128, "8001"), (16_383, "ff7f"), (16_384, "808001"), (2_097_151, "ffff7f"),
     (2_097_152, "80808001"), (268_435_455, "ffffff7f")],
)  # fmt: skip
def test_the_codec_counts_as_table_2_4_of_the_standard_does(length: int, digits: str) -> None:
    assert codec.encoded_length(length).hex() == digits


@pytest.mark.parametrize("length", [-1, 268_435_456])
def test_the_codec_cannot_count_beyond_four_digits(length: int) -> None:
    with pytest.raises(BadPacket):
        codec.encoded_length(length)


def test_the_codec_signs_in_with_user_and_password_and_a_clean_session() -> None:
    packet = only_packet(codec.connect(client_id="B1", username="B1", password="pw", keep_alive_seconds=10))
    assert packet.kind == PacketKind.CONNECT
    assert packet.body.hex() == "00044d51545404" + "c2" + "000a" + "00024231" + "00024231" + "00027077"


def test_the_codec_signs_in_without_a_name() -> None:
    packet = only_packet(codec.connect(client_id="B1", username="", password="", keep_alive_seconds=60))
    assert packet.body.hex() == "00044d51545404" + "02" + "003c" + "00024231"


@given(
    topic=TOPICS,
    payload=st.binary(max_size=3000),
    qos=st.sampled_from([0, 1]),
    packet_id=st.integers(1, 65_535),
    duplicate=st.booleans(),
)
def test_a_publication_comes_back_as_it_was(
    topic: str, payload: bytes, qos: int, packet_id: int, duplicate: bool
) -> None:
    data = codec.publish(topic=topic.encode(), payload=payload, qos=qos, packet_id=packet_id, duplicate=duplicate)
    read = codec.read_publication(only_packet(data))
    assert (read.topic, read.payload, read.qos, read.duplicate) == (topic, payload, qos, duplicate)
    assert read.packet_id == (packet_id if qos else 0)


@given(
    packet_ids=st.lists(st.integers(1, 65_535), max_size=20), payloads=st.lists(st.binary(max_size=400), max_size=5),
    pieces=st.integers(1, 40),
)  # fmt: skip
def test_the_splitter_finds_the_same_packets_however_the_bytes_are_cut(
    packet_ids: list[int], payloads: list[bytes], pieces: int
) -> None:
    packets = [codec.puback(packet_id=packet_id) for packet_id in packet_ids]
    packets += [codec.publish(topic=b"t", payload=payload, qos=0) for payload in payloads] + [codec.PINGREQ]
    data = b"".join(packets)
    whole, cut = Splitter(), Splitter()
    found = [packet for at in range(0, len(data), pieces) for packet in cut.feed(data[at : at + pieces])]
    assert found == whole.feed(data)
    assert len(found) == len(packets)
    assert [codec.read_number(p) for p in found if p.kind == PacketKind.PUBACK] == packet_ids


def test_the_splitter_gives_up_on_a_length_of_five_digits() -> None:
    with pytest.raises(BadPacket):
        Splitter().feed(b"\x30\xff\xff\xff\xff\x01")


@given(data=st.binary(max_size=200))
def test_the_splitter_never_meets_a_fault_of_ours(data: bytes) -> None:
    try:
        packets = Splitter().feed(data)
    except BadPacket:
        return
    for packet in packets:
        if packet.kind == PacketKind.PUBLISH:
            try:
                codec.read_publication(packet)
            except BadPacket:
                continue


def test_a_welcome_that_is_cut_short_is_refused() -> None:
    with pytest.raises(BadPacket):
        codec.read_number(Packet(PacketKind.CONNACK, 0, b"\0"))


def test_a_topic_longer_than_the_standard_allows_is_refused() -> None:
    with pytest.raises(BadPacket):
        codec.publish(topic=b"x" * 65_536, payload=b"", qos=0)
