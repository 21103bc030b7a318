"""Which alerts and cases are one thing that happened? A fold of members into joint events.

Two members of different systems belong together where a declared combination has both, they are near enough, and
began at about the same time; what hangs together by such pairs is one joint event. Its gravest member leads and is
told to people, the others are told with it. Which members are together at the end does not hang on the order in which
they were heard of; the name is that of whoever formed it first.
Kept: what is open, and ended joint events for a day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from streams.keyed_state import KeyedState
from streams.situations.declared import Combination
from streams.situations.member import Member
from streams.situations.nearby import Neighbourhood

MEMBERS_MAX = 200
KEPT = timedelta(hours=24)
_KEPT_MS = KEPT // timedelta(milliseconds=1)
_MINUTE_MS = 60_000
_JOINT, _MEMBER, _APART = "joint|", "member|", "apart|"

Joint = dict[str, Any]
JointRow = dict[str, Any]


class JointEvents:
    """The joint events of all runs. Every method answers with records of `city.joint-events.v1`."""

    def __init__(self, state: KeyedState, combinations: Sequence[Combination]) -> None:
        self._state = state
        self._combinations = tuple(combinations)
        self._places = {one.within_metres: Neighbourhood(one.within_metres) for one in combinations}
        for key, kept in state.items(_MEMBER):
            self._put_place(key.removeprefix(_MEMBER), Member(*kept["member"]))

    def on_member(self, member: Member, *, at: int, run_id: str, mode: str) -> list[JointRow]:
        """A raised alert or an open case, new or as it stands now."""
        name = f"{run_id}|{member.key}"
        known = self._state.get(_MEMBER + name)
        if known is not None:
            # Where and when it began stays; only how grave it is may change.
            member = Member(*known["member"])._replace(level=member.level)
        joint_id = known["joint"] if known is not None else None
        self._state.put(_MEMBER + name, {"member": list(member), "joint": joint_id})
        if known is not None:
            return []
        self._put_place(name, member)
        found = list(self._partners(name, member, run_id))
        if not found:
            return []
        combination = found[0][0].id
        partners = [partner for _, partner in found]
        return self._unite([name, *partners], combination, at, run_id=run_id, mode=mode)

    def on_over(self, key: str, *, at: int, run_id: str) -> list[JointRow]:
        """An alert or a case that is over. A joint event ends with the last of its members."""
        name = f"{run_id}|{key}"
        known = self._state.get(_MEMBER + name)
        if known is None:
            return []
        self._state.remove(_MEMBER + name)
        self._remove_place(name)
        joint = self._state.get(_JOINT + known["joint"]) if known["joint"] else None
        if joint is None or any(self._state.get(_MEMBER + other) for other in joint["members"]):
            return []
        return [self._changed(joint, "ended", at, ended_at=at)]

    def on_command(self, command: Mapping[str, Any]) -> list[JointRow]:
        """A joint event that people merge or split; what cannot be is refused, with why."""
        joint = self._state.get(_JOINT + command["target"])
        if joint is None or joint["ended_at"] is not None:
            return [self._refused(command, joint, f"no joint event {command['target']} is open")]
        names = [f"{joint['run_id']}|{key}" for key in _listed(command["parameters"].get("members", ""))]
        if command["command"] == "joint.split":
            return self._split(command, joint, names)
        return self._merge(command, joint, names)

    def on_clock(self, run_id: str, at: int) -> None:
        """Forget what ended long ago in a run."""
        for key, joint in list(self._state.items(f"{_JOINT}joint|{run_id}|")):
            if joint["ended_at"] is not None and joint["ended_at"] + _KEPT_MS < at:
                self._state.remove(key)
                for apart, _ in list(self._state.items(f"{_APART}{joint['joint_id']}|")):
                    self._state.remove(apart)

    def _split(self, command: Mapping[str, Any], joint: Joint, names: list[str]) -> list[JointRow]:
        leaving = [name for name in names if name in joint["members"]]
        if not leaving or len(leaving) == len(joint["members"]):
            return [
                self._refused(command, joint, "name members of it to leave, and leave at least one in it")
            ]
        for name in leaving:
            self._state.put(f"{_APART}{joint['joint_id']}|{name}", True)
            self._belongs(name, None)
        members = {name: kept for name, kept in joint["members"].items() if name not in leaving}
        return [self._changed({**joint, "members": members}, "split", command["event_time"], command=command)]

    def _merge(self, command: Mapping[str, Any], joint: Joint, names: list[str]) -> list[JointRow]:
        other = self._state.get(_JOINT + command["parameters"].get("joint", ""))
        joining = [name for name in names if self._state.get(_MEMBER + name) is not None]
        joining += list(other["members"]) if other is not None and other["ended_at"] is None else []
        if not joining:
            return [
                self._refused(command, joint, "name an open joint event, or open members, to merge with it")
            ]
        return self._unite(
            [*joint["members"], *joining],
            joint["combination"],
            command["event_time"],
            run_id=joint["run_id"],
            mode=joint["mode"],
            command=command,
            into=joint["joint_id"],
        )

    def _unite(
        self,
        names: Iterable[str],
        combination: str,
        at: int,
        *,
        run_id: str,
        mode: str,
        command: Mapping[str, Any] | None = None,
        into: str | None = None,
    ) -> list[JointRow]:
        """Members, with all whom they are together with already, as one joint event."""
        names = list(dict.fromkeys(names))
        joints = {joint["joint_id"]: joint for joint in self._joints_of(names)}
        first = min(names, key=lambda name: (self._member(name).began, name))
        oldest = into or min(
            joints, key=lambda joint_id: (joints[joint_id]["began_at"], joint_id), default=None
        )
        joint = (
            joints.pop(oldest) if oldest is not None else _new(f"joint|{first}", combination, run_id, mode)
        )
        if command is None:
            # Whom people have parted, the clock does not put together again.
            names = [name for name in names if self._state.get(f"{_APART}{joint['joint_id']}|{name}") is None]
        members = dict(joint["members"])
        for other in joints.values():
            members |= other["members"]
        for name in names:
            if self._state.get(_MEMBER + name) is not None:
                members[name] = list(self._member(name))
        if not len(joint["members"]) < len(members) <= MEMBERS_MAX:
            # Nobody is new in it; or one thing that happened has not so many parts, and the alert speaks for itself.
            return []
        change = "merged" if joints or command is not None else "joined" if oldest is not None else "formed"
        rows = [
            self._changed(other, "ended", at, command=command, ended_at=at, reason=f"merged into {oldest}")
            for other in joints.values()
        ]
        for name in members:
            self._belongs(name, joint["joint_id"])
        rows.append(self._changed({**joint, "members": members}, change, at, command=command))
        return rows

    def _partners(self, name: str, member: Member, run_id: str) -> Iterator[tuple[Combination, str]]:
        for combination in self._combinations:
            if member.system not in combination.between:
                continue
            near = self._places[combination.within_metres].near((member.longitude, member.latitude))
            for other_name in near:
                other = self._member(other_name)
                if (
                    other_name != name
                    and other_name.startswith(f"{run_id}|")
                    and other.system != member.system
                    and other.system in combination.between
                    and abs(other.began - member.began) <= combination.within_minutes * _MINUTE_MS
                ):
                    yield combination, other_name

    def _joints_of(self, names: Iterable[str]) -> Iterator[Joint]:
        for name in names:
            kept = self._state.get(_MEMBER + name)
            joint = self._state.get(_JOINT + kept["joint"]) if kept is not None and kept["joint"] else None
            if joint is not None and joint["ended_at"] is None:
                yield joint

    def _member(self, name: str) -> Member:
        kept = self._state.get(_MEMBER + name)
        if kept is None:
            raise LookupError(f"{name} is no member that is open")
        return Member(*kept["member"])

    def _belongs(self, name: str, joint_id: str | None) -> None:
        kept = self._state.get(_MEMBER + name)
        if kept is not None:
            self._state.put(_MEMBER + name, {**kept, "joint": joint_id})

    def _put_place(self, name: str, member: Member) -> None:
        for places in self._places.values():
            places.put(name, (member.longitude, member.latitude))

    def _remove_place(self, name: str) -> None:
        for places in self._places.values():
            places.remove(name)

    def _changed(
        self,
        joint: Joint,
        change: str,
        at: int,
        *,
        command: Mapping[str, Any] | None = None,
        ended_at: int | None = None,
        reason: str | None = None,
    ) -> JointRow:
        members = [Member(*kept) for kept in joint["members"].values()]
        kept = {
            **joint,
            "sequence": joint["sequence"] + 1,
            "began_at": min(member.began for member in members),
            "ended_at": ended_at,
        }
        self._state.put(_JOINT + joint["joint_id"], kept)
        return _row(kept, members, change, at, command=command, reason=reason)

    def _refused(self, command: Mapping[str, Any], joint: Joint | None, why: str) -> JointRow:
        if joint is not None:
            return self._changed(
                joint,
                "refused",
                command["event_time"],
                command=command,
                reason=why,
                ended_at=joint["ended_at"],
            )
        unknown = _new(command["target"], "manual", command["run_id"], command["mode"])
        unknown |= {"began_at": command["event_time"]}
        return _row(unknown, [], "refused", command["event_time"], command=command, reason=why)


def _new(joint_id: str, combination: str, run_id: str, mode: str) -> Joint:
    return {
        "joint_id": joint_id,
        "sequence": 0,
        "combination": combination,
        "members": {},
        "began_at": 0,
        "ended_at": None,
        "run_id": run_id,
        "mode": mode,
    }


def _row(
    joint: Joint,
    members: Sequence[Member],
    change: str,
    at: int,
    *,
    command: Mapping[str, Any] | None,
    reason: str | None,
) -> JointRow:
    """The gravest member comes first; among equals the one that began first."""
    ordered = sorted(members, key=lambda member: (member.level, member.began, member.key))
    count = len(ordered) or 1
    return {
        "joint_id": joint["joint_id"],
        "sequence": joint["sequence"],
        "change": change,
        "event_time": at,
        "combination": joint["combination"],
        "level": min((member.level for member in ordered), default=4),
        "members": [member.key for member in ordered],
        "systems": sorted({member.system for member in ordered}),
        "area_id": ordered[0].area_id if ordered else None,
        "longitude": sum(member.longitude for member in ordered) / count if ordered else None,
        "latitude": sum(member.latitude for member in ordered) / count if ordered else None,
        "began_at": joint["began_at"],
        "ended_at": joint["ended_at"],
        "by": None if command is None else command["by"],
        "reason": reason or (None if command is None else command["reason"]),
        "mode": joint["mode"],
        "run_id": joint["run_id"],
    }


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
