"""The signatures, against the examples that the providers publish, and what may stand in a template's gaps."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.notifications.channels.signing import acs3_headers, acs3_query, tc3_authorization
from linli.notifications.channels.variables import EMPTY, fitting, values_of
from linli.notifications.tests.providers import envelope


def test_the_example_of_aliyuns_document_is_reproduced():
    """help.aliyun.com document 2593177, "fixed parameters"."""
    query = acs3_query({"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"})
    headers = acs3_headers(
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query=query,
        key_id="YourAccessKeyId",
        key_secret="YourAccessKeySecret",
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )
    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_example_of_tencents_document_is_reproduced():
    """cloud.tencent.com "Signature v3"; the body holds its Chinese as escapes, as printed there."""
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    authorization = tc3_authorization(
        host="cvm.tencentcloudapi.com",
        service="cvm",
        body=body,
        content_type="application/json; charset=utf-8",
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        key_secret="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        at=datetime.fromtimestamp(1551113065, UTC),
    )
    assert authorization == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_a_query_is_encoded_as_aliyun_wants_it():
    assert acs3_query({"b": "1 2*~/", "a": "邻", "MenuKeyMap.1.Key": "1"}) == (
        "MenuKeyMap.1.Key=1&a=%E9%82%BB&b=1%202%2A~%2F"
    )


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("【燃气泄漏报警】8栋3单元502", "燃气泄漏报警 8栋3单元502"),
        ("请看 https://linli.example/l/abc/ 并回复", "请看 并回复"),
        ("www.linli.example", EMPTY),
        ("", EMPTY),
        ("字" * 40, "字" * 34 + "…"),
        ("两行\r\n一句", "两行 一句"),
    ],
)
def test_a_gap_gets_no_link_no_bracket_and_not_too_much(text, sent):
    assert fitting(text, longest=35) == sent


@given(st.text(max_size=200), st.integers(min_value=4, max_value=60))
def test_whatever_is_said_fits_the_gap(text, longest):
    sent = fitting(text, longest=longest)
    assert 1 <= len(sent) <= longest
    assert not set(sent) & set("【】\r\n")
    assert "://" not in sent or "http" not in sent.lower()


def test_a_drill_says_so_in_every_text_and_call():
    drill = envelope(params={**envelope().params, "drill": True})
    assert values_of(drill, names=["what"], longest=35) == ["演练 燃气泄漏报警"]
    english = envelope(language="en", params={**envelope().params, "drill": True})
    assert values_of(english, names=["what", "nonsense"], longest=35) == ["DRILL Gas leak", EMPTY]


def test_the_text_comes_in_the_form_of_its_way():
    said = envelope(text="长的", short="短的", spoken="念的")
    assert values_of(said, names=["text"], longest=35, text=said.spoken) == ["念的"]
    assert values_of(said, names=["text"], longest=35) == ["长的"]
