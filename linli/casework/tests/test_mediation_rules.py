"""When an agreement is due, and what may be done in which state. No database."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linli.casework.models import Mediation
from linli.casework.rules.mediation import SETTLED, is_due, may_be_kept, may_go_on

states = st.sampled_from([one.value for one in Mediation.State])
ways = st.sampled_from(["", *(one.value for one in Mediation.Fulfilment)])
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


@given(states, ways, st.none() | days, days)
def test_only_an_agreement_that_is_not_settled_is_due(state, fulfilment, by, on) -> None:
    due = is_due(state=state, fulfilment=fulfilment, fulfil_by=by, on=on)
    if due:
        assert may_be_kept(state=state, fulfilment=fulfilment)
        assert by is not None
        assert by <= on
        assert is_due(state=state, fulfilment=fulfilment, fulfil_by=by, on=on + timedelta(days=1))


@given(states, ways)
def test_every_state_lets_one_go_on_or_keep_or_neither(state, fulfilment) -> None:
    assert not (may_go_on(state=state) and may_be_kept(state=state, fulfilment=fulfilment))
    assert bool(may_go_on(state=state)) == (state == "open")
    assert bool(may_be_kept(state=state, fulfilment=fulfilment)) == (state == "agreed" and fulfilment not in SETTLED)
