"""How do all parts come up in order, stay up, and go down again?

One loop in one thread starts, watches and stops everything. It must be one thread that lives as long as the
supervisor: the kernel ends the parts when the *thread* that started them ends (see stack/child.py). Questions to
parts (`ready`, `healthy`) and preparations run in other threads, so that a slow answer holds nothing up.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psutil

from stack.errors import StackError
from stack.process import Child, EventKind, Part, PartEvent, exit_words, last_line, trim
from stack.state import PartState, PartStateName, State, end_leftovers, hold, wait_until, write_state

_TRIM_EVERY_SECONDS = 5.0
_HOPELESS_STARTS = 5  # deaths in a row, without having been ready, after which a part is called failed


@dataclass(frozen=True)
class Policy:
    """How patient the supervisor is."""

    first_delay_seconds: float = 0.5
    longest_delay_seconds: float = 15.0
    forgive_after_seconds: float = 60.0
    stop_deadline_seconds: float = 18.0
    tick_seconds: float = 0.1
    ask_every_seconds: float = 0.25


@dataclass
class _Entry:
    """What the loop knows of one part. Times are of the monotonic clock, `since` of the wall clock."""

    part: Part
    delay: float
    state: PartStateName = "waiting"
    since: float = field(default_factory=time.time)
    child: Child | None = None
    restarts: int = 0
    deaths_in_a_row: int = 0
    last_exit: str | None = None
    not_before: float = 0.0
    began: float = 0.0
    ready_at: float = 0.0
    ask_at: float = 0.0
    sick: int = 0
    kill_at: float | None = None
    doomed: str = ""  # why it was killed, until it is seen dead
    answer: Future[bool] | None = None
    preparation: Future[None] | None = None

    @property
    def satisfied(self) -> bool:
        return self.state in {"ready", "done"}


class Supervisor:
    """Keeps the parts of one home running until it is asked to stop.

    `on_event` is called in the supervisor's thread for everything that is worth a line.
    """

    def __init__(
        self,
        home: Path,
        parts: Sequence[Part],
        *,
        ports: Mapping[str, int] | None = None,
        mode: str = "",
        on_event: Callable[[PartEvent], None] = lambda _: None,
        policy: Policy = Policy(),
    ) -> None:
        _check(parts)
        self._home = home
        self._policy = policy
        self._entries = {part.name: _Entry(part, policy.first_delay_seconds) for part in parts}
        self._ports = dict(ports or {})
        self._mode = mode
        self._on_event = on_event
        self._stop_asked = 0
        self._wake = threading.Event()
        self._began = 0.0
        self._started_at = 0.0
        self._all_up = False
        self._changed = True
        self._trim_at = 0.0
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="probe")

    def request_stop(self) -> None:
        """Ask for a stop in order; asked a second time, everything is killed. Safe from any thread or signal."""
        self._stop_asked += 1
        self._wake.set()

    def run(self) -> int:
        """Run until asked to stop, and return 0 if all went down in order, else 1.

        Raises StackError if another supervisor has the home. In the main thread SIGINT and SIGTERM ask for a stop.
        """
        with ExitStack() as stack:
            stack.enter_context(hold(self._home))
            for pid in end_leftovers(self._home):
                self._say("", "note", f"ended process {pid}, left by a supervisor that was killed")
            self._catch_signals(stack)
            stack.callback(self._pool.shutdown, wait=False, cancel_futures=True)
            self._began, self._started_at = time.monotonic(), time.time()
            try:
                while not self._stop_asked:
                    self._step()
                    self._wake.wait(self._policy.tick_seconds)
                return self._stop_all()
            finally:
                # Whatever went wrong above, nothing stays behind.
                self._end_all()
                self._save(force=True)

    def _step(self) -> None:
        now = time.monotonic()
        for entry in self._entries.values():
            if entry.child is None:
                self._try_start(entry, now)
            else:
                self._watch(entry, entry.child, now)
        if not self._all_up and all(entry.satisfied for entry in self._entries.values()):
            self._all_up = True
            self._say("", "up", f"all parts ready after {now - self._began:.1f} s")
        if now >= self._trim_at:
            self._trim_at = now + _TRIM_EVERY_SECONDS
            for entry in self._entries.values():
                trim(entry.part.log_path)
        self._save()

    def _try_start(self, entry: _Entry, now: float) -> None:
        part = entry.part
        if entry.state == "done" or now < entry.not_before:
            return
        if not all(self._entries[name].satisfied for name in part.depends_on):
            return
        if part.prepare is not None:
            if entry.preparation is None:
                entry.preparation = self._pool.submit(part.prepare)
            if not entry.preparation.done():
                return
            failure, entry.preparation = entry.preparation.exception(), None
            if failure is not None:
                self._lost(entry, now, f"could not be prepared: {failure}")
                return
        entry.began, entry.ask_at, entry.sick, entry.answer = now, now, 0, None
        entry.child = Child(part)
        self._to(entry, "starting")

    def _watch(self, entry: _Entry, child: Child, now: float) -> None:
        part = entry.part
        code = child.poll()
        if code is not None:
            entry.child, entry.last_exit = None, exit_words(code)
            if part.once and code == 0:
                self._to(entry, "done")
                self._say(part.name, "done", f"done after {now - entry.began:.1f} s")
            else:
                why, entry.doomed = entry.doomed, ""
                self._lost(entry, now, why or f"died ({entry.last_exit})", "unready" if why else "died")
        elif entry.doomed:
            return
        elif entry.state == "starting":
            self._await_ready(entry, child, now)
        elif entry.state == "ready":
            self._check_health(entry, child, now)

    def _await_ready(self, entry: _Entry, child: Child, now: float) -> None:
        part = entry.part
        if not part.once and self._answer(entry, part.ready, now, self._policy.ask_every_seconds):
            entry.ready_at, entry.deaths_in_a_row, entry.sick = now, 0, 0
            entry.ask_at = now + part.health_interval_seconds
            self._to(entry, "ready")
            self._say(part.name, "ready", f"ready after {now - entry.began:.1f} s")
        elif now - entry.began > part.ready_timeout_seconds:
            self._give_up(entry, child, f"was not ready within {part.ready_timeout_seconds:.0f} s")

    def _check_health(self, entry: _Entry, child: Child, now: float) -> None:
        part = entry.part
        if entry.restarts and now - entry.ready_at > self._policy.forgive_after_seconds:
            entry.delay = self._policy.first_delay_seconds
        if part.healthy is None:
            return
        healthy = self._answer(entry, part.healthy, now, part.health_interval_seconds)
        if healthy:
            entry.sick = 0
        elif healthy is False:
            entry.sick += 1
            if entry.sick >= part.health_failures:
                self._give_up(entry, child, f"does not answer ({entry.sick} times)")

    def _answer(self, entry: _Entry, ask: Callable[[], bool], now: float, every: float) -> bool | None:
        """Return the answer to the question if there is a new one, else None; ask again when it is time."""
        if entry.answer is None:
            if now >= entry.ask_at:
                entry.answer = self._pool.submit(ask)
            return None
        if not entry.answer.done():
            return None
        said, entry.answer = entry.answer, None
        entry.ask_at = now + every
        return said.exception() is None and bool(said.result())

    def _give_up(self, entry: _Entry, child: Child, why: str) -> None:
        entry.doomed = why
        child.kill()
        self._to(entry, "restarting")

    def _lost(self, entry: _Entry, now: float, why: str, kind: EventKind = "died") -> None:
        entry.answer = None
        entry.restarts += 1
        entry.deaths_in_a_row += 1
        entry.not_before = now + entry.delay
        delay, entry.delay = entry.delay, min(entry.delay * 2, self._policy.longest_delay_seconds)
        hopeless = entry.deaths_in_a_row >= _HOPELESS_STARTS
        self._to(entry, "failed" if hopeless else "restarting")
        hint = last_line(entry.part.log_path) if entry.deaths_in_a_row > 1 else ""
        tail = f"; its log {entry.part.log_path} ends with: {hint}" if hint else ""
        self._say(
            entry.part.name, "failed" if hopeless else kind, f"{why}, restarting in {delay:.1f} s{tail}"
        )

    def _stop_all(self) -> int:
        """Stop every part after all that depend on it; return 1 if any had to be killed."""
        began = time.monotonic()
        self._wake.clear()
        hurried, killed = self._stop_asked > 1, 0
        self._say("", "stopping", "stopping all parts")
        for entry in self._entries.values():
            if entry.child is None and entry.state != "done":
                self._to(entry, "stopped")
        while alive := [entry for entry in self._entries.values() if entry.child is not None]:
            now = time.monotonic()
            hurried = hurried or self._stop_asked > 1 or now - began > self._policy.stop_deadline_seconds
            needed = {name for entry in alive for name in entry.part.depends_on}
            for entry in alive:
                killed += self._stop_one(entry, now, hurried=hurried, needed=entry.part.name in needed)
            self._save()
            self._wake.wait(self._policy.tick_seconds / 2)
            self._wake.clear()
        self._say("", "stopped", f"all parts stopped after {time.monotonic() - began:.1f} s")
        return 1 if killed else 0

    def _end_all(self) -> None:
        children = [entry.child for entry in self._entries.values() if entry.child is not None]
        for child in children:
            child.kill()
        wait_until(lambda: all(child.poll() is not None for child in children), 2.0)

    def _stop_one(self, entry: _Entry, now: float, *, hurried: bool, needed: bool) -> int:
        part, child = entry.part, entry.child
        if child is None:
            return 0
        code = child.poll()
        if code is not None:
            entry.child, entry.last_exit = None, exit_words(code)
            self._to(entry, "stopped")
            return 0
        overdue = entry.kill_at is not None and now > entry.kill_at
        if (hurried or overdue) and not entry.doomed:
            entry.doomed = "did not stop in time, killed"
            self._say(part.name, "stopping", entry.doomed)
            child.kill()
            return 1
        if entry.kill_at is None and not needed:
            entry.kill_at = now + part.stop_timeout_seconds
            child.stop(part.stop_signal)
            self._to(entry, "stopping")
        return 0

    def _to(self, entry: _Entry, state: PartStateName) -> None:
        entry.state, entry.since = state, time.time()
        self._changed = True

    def _say(self, part: str, kind: EventKind, message: str) -> None:
        self._on_event(PartEvent(part, kind, message, datetime.now(UTC)))

    def _save(self, *, force: bool = False) -> None:
        if not self._changed and not force:
            return
        self._changed = False
        write_state(self._home, self.state())

    def state(self) -> State:
        """Return what the state file says."""
        me = psutil.Process()
        return State(
            supervisor_pid=me.pid,
            supervisor_created=me.create_time(),
            started_at=self._started_at,
            mode=self._mode,
            ports=self._ports,
            parts=tuple(_part_state(entry) for entry in self._entries.values()),
        )

    def _catch_signals(self, stack: ExitStack) -> None:
        if threading.current_thread() is not threading.main_thread():
            return

        def ask(_number: int, _frame: FrameType | None) -> None:
            self.request_stop()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup, or a shell that keeps Ctrl-C from its background jobs
            stack.callback(signal.signal, number, signal.signal(number, ask))


def _part_state(entry: _Entry) -> PartState:
    child = entry.child
    return PartState(
        name=entry.part.name,
        state=entry.state,
        since=entry.since,
        pid=child.pid if child else None,
        created=child.created if child else 0.0,
        argv=entry.part.argv,
        restarts=entry.restarts,
        last_exit=entry.last_exit,
        log_path=os.fspath(entry.part.log_path),
    )


def _check(parts: Sequence[Part]) -> None:
    """Refuse parts that could never all start: unknown or circular dependencies, or one name twice."""
    names = [part.name for part in parts]
    if len(set(names)) < len(names):
        raise StackError(f"Two parts have one name: {names}.", "Give each part a name of its own.")
    started: set[str] = set()
    while len(started) < len(parts):
        can = {part.name for part in parts if set(part.depends_on) <= started} - started
        if not can:
            stuck = sorted(set(names) - started)
            raise StackError(
                f"These parts wait for each other or for a part that is not there: {stuck}.",
                "Correct what they depend on.",
            )
        started |= can
