"""Lets devices into the broker: by our records, and each on its own topics alone.

The broker asks about every MQTT connection (auth callout). Questions that arrive together are answered from one query, so
that a thousand detectors coming back after a power cut cost a handful of queries. Two doorkeepers may run at once.

Nobody is let in before our streams exist: the broker would make its own, acknowledge an alarm and throw it away.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from linli.core.broker import DEVICE_KINDS, BrokerUnavailable, IntakeMissing, ensure_storage, when_storage_is_lost
from linli.core.secrets import token_hash
from linli.safety.doorkeeper_jwt import Question, Signer, Unreadable, read_question

log = logging.getLogger("linli.doorkeeper")

CALLOUT_SUBJECT: Final = "$SYS.REQ.USER.AUTH"
ACCOUNT: Final = "LINLI"
MOST_AT_ONCE: Final = 500
PATIENCE_SECONDS: Final = 3.0  # less than the broker's own patience with an unauthenticated connection
LOOK_EVERY_SECONDS: Final = 5.0
SAY_AGAIN_SECONDS: Final = 60.0
MOST_REFUSALS_A_MINUTE: Final = 200

# Codes and serials become parts of subjects: no dot, star, angle bracket or blank may be in them.
SUBJECT_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The broker puts the client id into a format string of its log: a percent sign would garble the line we read.
CLIENT_ID_SAFE: Final = re.compile(r"[A-Za-z0-9_.:@+=,;()\[\]{}|~!$&-]{1,128}")
MOST_CLIENT_IDS: Final = 100_000
_NOBODY = token_hash("nobody has this secret")


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """What the records say about a serial. `barred` is empty, or says why this known device may not come in.

    `earlier_hash` is of the secret it had before, as long as that one still opens the door too; else empty.
    """

    serial: str
    community: str
    secret_hash: str
    barred: str = ""
    earlier_hash: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody was sent away. `times` counts the same refusal since it was last reported."""

    serial: str
    client_id: str
    host: str
    reason: str
    at: datetime
    times: int = 1


LookUp = Callable[[Collection[str]], Mapping[str, DeviceKey]]
RecordRefusals = Callable[[Sequence[Refused]], None]
ConfirmSecrets = Callable[[Mapping[str, str]], object]


def reason_to_refuse(question: Question, known: Mapping[str, DeviceKey]) -> str:
    """Empty when the device may come in. `known` must hold what the records say about its username and its client id."""
    device = known.get(question.username)
    secret_is_right = _opens(question, device)
    if not SUBJECT_SAFE.fullmatch(question.username):
        return "bad-serial"
    if device is None:
        return "unknown-serial"
    if not secret_is_right:
        return "wrong-secret"
    if device.barred:
        return device.barred
    if not SUBJECT_SAFE.fullmatch(device.community):
        return "bad-community-code"
    if not CLIENT_ID_SAFE.fullmatch(question.client_id):
        return "bad-client-id"
    if question.client_id != question.username and question.client_id in known:
        # MQTT throws out an older connection with the same client id: this one would silence another detector.
        return "client-id-of-another"
    return ""


def _opens(question: Question, device: DeviceKey | None) -> bool:
    """Both secrets are compared always, and unknown serials too: the time taken tells neither which serials exist nor which
    devices are changing their secret."""
    said = token_hash(question.password)
    present = hmac.compare_digest(said, device.secret_hash if device else _NOBODY)
    earlier = hmac.compare_digest(said, (device.earlier_hash if device else "") or _NOBODY)
    return device is not None and (present or (earlier and bool(device.earlier_hash)))


def uses_new_secret(question: Question, device: DeviceKey) -> bool:
    """Whether a device that has two secrets for now came in with the new one: the earlier one can end."""
    return bool(device.earlier_hash) and hmac.compare_digest(token_hash(question.password), device.secret_hash)


def may_publish(device: DeviceKey) -> list[str]:
    return [f"linli.{device.community}.{device.serial}.{kind}" for kind in DEVICE_KINDS]


def may_subscribe(device: DeviceKey) -> list[str]:
    own = f"linli.{device.community}.{device.serial}.command"
    return [own, f"{own}.>"]


async def serve(
    *,
    nc: Client,
    nc_auth: Client,
    issuer_seed: bytes,
    look_up: LookUp,
    record_refusals: RecordRefusals,
    confirm_secrets: ConfirmSecrets,
    serial_of: dict[str, str],
) -> None:
    """Runs until cancelled. `nc` is a connection as `linli`, `nc_auth` one as `auth`.

    `look_up(serials)` returns what is known of them, in one query; it, `record_refusals` and `confirm_secrets` (told, by
    serial, the hash of the new secret with which a device came in) are called in one thread of their own. If `look_up`
    raises, those who asked are refused and will come again. `serial_of` is filled here with the serials of devices that
    came in under another client id: `rejected.LogReader` wants to know.
    """
    keeper = _Doorkeeper(
        nc=nc,
        nc_auth=nc_auth,
        signer=Signer(issuer_seed=issuer_seed, account=ACCOUNT),
        look_up=look_up,
        serial_of=serial_of,
    )
    thread = ThreadPoolExecutor(1, thread_name_prefix="doorkeeper")
    subscription = await nc_auth.subscribe(CALLOUT_SUBJECT, queue="doorkeeper", cb=keeper.asked)
    await when_storage_is_lost(nc, keeper.intake_lost)
    tasks = [
        asyncio.create_task(keeper.see_to_intake(), name="doorkeeper-intake"),
        asyncio.create_task(keeper.answer_all(thread), name="doorkeeper-answers"),
        asyncio.create_task(keeper.report(thread, record_refusals, confirm_secrets), name="doorkeeper-reports"),
    ]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        thread.shutdown(wait=False, cancel_futures=True)
        try:
            await subscription.unsubscribe()
        except (NatsError, OSError):
            log.debug("the line was gone before the doorkeeper")


class _Doorkeeper:
    def __init__(
        self, *, nc: Client, nc_auth: Client, signer: Signer, look_up: LookUp, serial_of: dict[str, str]
    ) -> None:
        self._nc = nc
        self._nc_auth = nc_auth
        self._signer = signer
        self._look_up = look_up
        self._serial_of = serial_of
        self._asked: list[tuple[str, Question]] = []
        self._somebody_asked = asyncio.Event()
        self._intake_changed = asyncio.Event()
        self._intake_seen: tuple[int, int] | None = None
        self._intake_open = asyncio.Event()
        self._refusals = Refusals()
        self._confirmed: dict[str, str] = {}

    async def asked(self, message: Msg) -> None:
        try:
            question = read_question(message.data)
        except Unreadable:
            log.exception("the broker asked in a form we do not know")
            return
        self._asked.append((message.reply, question))
        self._somebody_asked.set()

    async def intake_lost(self) -> None:
        self._intake_seen = None
        self._intake_open.clear()
        self._intake_changed.set()

    async def see_to_intake(self) -> None:
        """Makes the streams, and looks again every few seconds and whenever the line was cut in between."""
        while True:
            lines = self._lines()
            try:
                await ensure_storage(self._nc, wait_seconds=0)
                if lines == self._lines():
                    self._intake_seen = lines
                    self._intake_open.set()
            except IntakeMissing as missing:
                await self.intake_lost()
                log.warning("devices must wait: %s", missing)
            except BrokerUnavailable as silent:
                # Busy with a storm of connects, most likely: what we saw on this line still holds.
                log.warning("the broker did not say whether all is ready: %s", silent)
            self._intake_changed.clear()
            pause = LOOK_EVERY_SECONDS if self._intake_is_open() else 0.25
            try:
                async with asyncio.timeout(pause):  # wait_for would lose a cancel that comes with the change
                    await self._intake_changed.wait()
            except TimeoutError:
                continue

    async def answer_all(self, thread: ThreadPoolExecutor) -> None:
        while True:
            await self._somebody_asked.wait()
            await self._wait_for_intake()
            batch, self._asked = self._asked[:MOST_AT_ONCE], self._asked[MOST_AT_ONCE:]
            if not self._asked:
                self._somebody_asked.clear()
            try:
                await self._answer(batch, thread)
            except (NatsError, OSError) as broken:
                log.warning("%s devices got no answer and will come again: %s", len(batch), type(broken).__name__)

    async def report(
        self, thread: ThreadPoolExecutor, record_refusals: RecordRefusals, confirm_secrets: ConfirmSecrets
    ) -> None:
        while True:
            await asyncio.sleep(1)
            await self._confirm(thread, confirm_secrets)
            due = self._refusals.due(now=time.monotonic())
            if due:
                try:
                    await asyncio.get_running_loop().run_in_executor(thread, record_refusals, due)
                except Exception:
                    # The door must stay open for the others even if the database does not take the note.
                    log.exception("%s refusals could not be recorded", len(due))

    async def _confirm(self, thread: ThreadPoolExecutor, confirm_secrets: ConfirmSecrets) -> None:
        """What is not taken is said again at the device's next sign-in; until then both secrets work."""
        confirmed, self._confirmed = self._confirmed, {}
        if confirmed:
            try:
                await asyncio.get_running_loop().run_in_executor(thread, confirm_secrets, confirmed)
            except Exception:
                log.exception("%s new secrets could not be confirmed", len(confirmed))

    async def _answer(self, batch: Sequence[tuple[str, Question]], thread: ThreadPoolExecutor) -> None:
        names = {question.username for _, question in batch} | {question.client_id for _, question in batch}
        serials = sorted(name for name in names if SUBJECT_SAFE.fullmatch(name))
        known: Mapping[str, DeviceKey] | None = None
        if self._intake_is_open():
            try:
                known = await asyncio.get_running_loop().run_in_executor(thread, self._look_up, serials)
            except Exception:
                # Whatever went wrong with the database: those who asked are told so, and the door goes on working.
                log.exception("%s devices could not be looked up", len(batch))
        for reply, question in batch:
            if known is None:
                await self._nc_auth.publish(reply, self._signer.refuse(question, reason="not ready, try again"))
            else:
                await self._nc_auth.publish(reply, self._decide(question, known))

    def _decide(self, question: Question, known: Mapping[str, DeviceKey]) -> bytes:
        reason = reason_to_refuse(question, known)
        if reason:
            self._refusals.add(question, reason)
            return self._signer.refuse(question, reason=reason)
        device = known[question.username]
        if uses_new_secret(question, device):
            self._confirmed[device.serial] = device.secret_hash
        if question.client_id != device.serial:
            if len(self._serial_of) >= MOST_CLIENT_IDS:
                self._serial_of.clear()
            self._serial_of[question.client_id] = device.serial
        return self._signer.admit(
            question, name=device.serial, publish=may_publish(device), subscribe=may_subscribe(device)
        )

    def _lines(self) -> tuple[int, int]:
        # A reconnect may mean a broker that came up with an empty disk: what we saw before does not count any more.
        return self._nc.stats["reconnects"], self._nc_auth.stats["reconnects"]

    def _intake_is_open(self) -> bool:
        return self._intake_seen == self._lines() and self._nc.is_connected

    async def _wait_for_intake(self) -> None:
        """Better to let a device wait some seconds than to send it away: many come back only after a minute."""
        if self._intake_is_open():
            return
        self._intake_open.clear()
        self._intake_changed.set()
        try:
            await asyncio.wait_for(self._intake_open.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            log.warning("no streams yet: %s devices are sent away for now", len(self._asked))


class Refusals:
    """Keeps a wrong password that is tried every second from filling the database: one note a minute each, and few in all."""

    def __init__(self) -> None:
        self._fresh: dict[tuple[str, str], Refused] = {}
        self._said: dict[tuple[str, str], float] = {}
        self._minute = 0
        self._said_this_minute = 0

    def add(self, question: Question, reason: str) -> None:
        key = (question.username[:64], reason)
        before = self._fresh.get(key)
        if before is None and len(self._fresh) >= MOST_REFUSALS_A_MINUTE * 5:
            return
        self._fresh[key] = Refused(
            serial=question.username[:64],
            client_id=question.client_id[:64],
            host=question.host[:64],
            reason=reason,
            at=datetime.now(UTC),
            times=before.times + 1 if before else 1,
        )

    def due(self, *, now: float) -> list[Refused]:
        """What may be recorded now; the rest goes on counting. `now` in seconds of a steady clock."""
        if int(now // 60) != self._minute:
            self._minute, self._said_this_minute = int(now // 60), 0
            self._said = {key: at for key, at in self._said.items() if now - at < SAY_AGAIN_SECONDS}
        ready = [key for key in self._fresh if now - self._said.get(key, -SAY_AGAIN_SECONDS) >= SAY_AGAIN_SECONDS]
        ready = ready[: max(0, MOST_REFUSALS_A_MINUTE - self._said_this_minute)]
        self._said_this_minute += len(ready)
        self._said.update(dict.fromkeys(ready, now))
        return [self._fresh.pop(key) for key in ready]
