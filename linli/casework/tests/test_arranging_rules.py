"""Answers to begin with, without a database: what is filled in, and that nothing makes them fail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linli.casework.rules.templates import VARIABLES, filled, unknown_variables

VALUES = {name: f"<{name}>" for name in VARIABLES}
BRACED = ["{" + name + "}" for name in VARIABLES]
texts = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from(["{", "}", "{{", "{}", "{0}", "{x.y}", "%s", *BRACED])),
    max_size=12,
).map("".join)  # fmt: skip


@given(texts)
def test_filling_in_never_fails_and_leaves_other_braces(text) -> None:
    got = filled(text=text, values=VALUES)
    for name in VARIABLES:
        assert got.count(f"<{name}>") >= text.count("{" + name + "}")
    bare = "".join(text.split("{"))
    assert filled(text=bare, values=VALUES) == bare


@given(texts, st.dictionaries(st.sampled_from(VARIABLES), texts))
def test_what_is_filled_in_is_not_looked_at_again(text, values) -> None:
    got = filled(text=text, values=values)
    assert isinstance(got, str)
    assert filled(text="{place}", values={"place": "{number}", "number": "7"}) == "{number}"


def test_what_nobody_fills_in_is_named_once() -> None:
    assert unknown_variables(text="{number} {namen} {} {namen} {a b} {place}") == ["namen", "", "a b"]
    assert unknown_variables(text="no braces, } closed, { open") == []
