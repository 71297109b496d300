"""Workers at the same instant: together they send no more over a robot than its limit allows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from linli.notifications.models import Channel, Message
from linli.notifications.standing import forget_standing
from linli.notifications.tests.test_waiting import ROBOT, Place, ready
from linli.notifications.wording import Wording, _laid, lay_down


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_four_workers_at_once_share_one_limit():
    if connection.vendor == "sqlite":
        pytest.skip("threads share one connection to a SQLite database in memory, and a file has one writer at a time")
    lay_down("test.plain", zh=Wording("题", "文"), en=Wording("T", "X"))
    robot, _ = Channel.objects.get_or_create(code="wecombot", defaults={"title_zh": "群", "title_en": "Group"})
    Channel.objects.filter(pk=robot.pk).update(strict=True)
    robot.limits.update_or_create(per_seconds=60, defaults={"most": 20})
    forget_standing()
    place = Place()
    place.way(place.post, "apprise", ROBOT)
    for _n in range(60):
        place.owes(place.post, priority=Message.ROUTINE)

    def work(number: int) -> int:
        try:
            return sum(len(ready(owner=f"w{number}", limit=4)) for _round in range(5))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 20
    assert Message.objects.filter(held_by="limit").count() == 40
    del _laid["test.plain"]
