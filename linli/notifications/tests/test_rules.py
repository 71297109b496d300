"""When a message is tried again."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from linli.notifications.rules import MOST_ATTEMPTS, next_try

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@given(points=st.integers(0, 5), outcomes=st.lists(st.booleans(), min_size=MOST_ATTEMPTS, max_size=MOST_ATTEMPTS))
def test_every_message_ends_and_every_way_is_tried(points, outcomes):
    point, point_attempts, tried = 0, 0, set()
    for attempts, for_good in enumerate(outcomes, start=1):
        tried.add(point)
        then = next_try(
            point=point, point_attempts=point_attempts + 1, attempts=attempts, points=points, for_good=for_good, now=NOW
        )
        if then.due_at is None:
            break
        assert then.due_at >= NOW
        assert 0 <= then.point < points
        point, point_attempts = then.point, then.point_attempts
    assert then.due_at is None
    assert points < 2 or tried == set(range(points))


def test_the_next_way_is_taken_at_once_after_three_tries():
    third = next_try(point=0, point_attempts=3, attempts=3, points=2, for_good=False, now=NOW)
    assert (third.point, third.point_attempts, third.due_at) == (1, 0, NOW)


def test_an_address_that_can_never_work_is_not_tried_again():
    assert next_try(point=0, point_attempts=1, attempts=1, points=1, for_good=True, now=NOW).due_at is None
    assert next_try(point=0, point_attempts=1, attempts=1, points=3, for_good=True, now=NOW).point == 1
