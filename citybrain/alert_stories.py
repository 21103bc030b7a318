"""Does a rule say what its series file expects of it? Values in, alerts out; silence is tested as often as noise.

A series is a text of values, one a window, oldest first:

    0.4        a final value                     中度拥堵   a final value of this grade
    behind     a final value with that status    no_data    a row of that validity, without a value
    _          nothing is heard                  ~0.4       a value of the open window, a minute after the one before
    0.4!2      the window two before is restated 0.4x3      three windows alike
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import ndiff
from fractions import Fraction
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from citybrain.alert_rules import FILE_BYTES_MAX, RuleFileError
from indicators.catalog import INDICATORS, Indicator
from indicators.targets import TARGETS, targets_of
from indicators.validity import VALIDITIES, Validity
from streams.alerts.levels import LEVELS
from streams.alerts.replay import Item, replayed, with_inhibitors, with_marks
from streams.alerts.rule import Rule, window_of
from streams.alerts.world import Told
from streams.catalog import ALERTS, COMMANDS
from streams.commands import command_of
from streams.judge.rows import GENERATION, NO_DATA, Row, Rows, Subject, Version, version_of_step
from streams.problems import Problems, checked
from streams.told import Told as Mark
from streams.yaml_lines import items_of, read_yaml

ZONE = "Asia/Shanghai"
RUN, MODE = "story", "simulated"
UNSAID = frozenset(("pending", "dropped", "closed"))
"""Changes that a story names only where it is about them."""
STEP_MS = 60_000
VALUES_MAX = 2_000
_TOKEN = re.compile(r"(?P<open>~?)(?P<what>[^~!\s]+?)(?:!(?P<back>[1-9]\d?))?(?:x(?P<times>[1-9]\d{0,3}))?")
_STATUSES = ("met", "on_track", "behind", "no_baseline")

Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class Story(BaseModel):
    """One story of a rule. `series` are by entity: `type id`, with ` @area` behind it where it is not `city/d1`, and
    with another indicator before it for a rule that inhibits. `commands` are by moment, of every open alert.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    begin: datetime
    series: Annotated[Mapping[str, Text], Field(min_length=1, max_length=50)]
    commands: Mapping[str, Text] = Field(default_factory=dict)
    alerts: Annotated[tuple[Text, ...], Field(max_length=200)] = ()


@dataclass(frozen=True)
class RuleStories:
    """The stories of one file."""

    file: str
    rule_id: str
    stories: tuple[Story, ...]


@dataclass(frozen=True)
class Outcome:
    """How a story went: lines that begin with `- ` were expected and did not happen, with `+ ` the other way round."""

    file: str
    name: str
    rule_id: str
    raises: bool
    difference: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything happened as it was told."""
        return not self.difference


class StoryError(ValueError):
    """A story that cannot be told; says which part of it and what to write."""


def stories_in(paths: Iterable[Path]) -> list[RuleStories]:
    """The stories of these files. Raises RuleFileError with all that is wrong."""
    problems, found = Problems(), []
    for path in paths:
        data = path.read_bytes()
        if len(data) > FILE_BYTES_MAX:
            problems.add(
                path.name, 1, "file", f"has {len(data)} bytes; at most {FILE_BYTES_MAX}, so split it"
            )
            continue
        document = read_yaml(path.name, data, problems)
        if document is None:
            continue
        stories = [
            checked(Story, item, path.name, document.lines_of("stories", number), problems)
            for number, item in items_of(path.name, document, "stories", problems)
        ]
        rule_id = document.content.get("rule") if isinstance(document.content, dict) else None
        if not isinstance(rule_id, str):
            problems.add(path.name, 1, "rule", "is missing: name the rule that the stories are of")
            continue
        found.append(RuleStories(path.name, rule_id, tuple(story for story in stories if story is not None)))
    if problems.found:
        raise RuleFileError("The series files cannot be used:", problems.found)
    return found


def told(rules: Sequence[Rule], of: RuleStories) -> list[Outcome]:
    """How each story of a file goes under these rules. Raises StoryError."""
    if of.rule_id not in {rule.id for rule in rules}:
        raise StoryError(f"{of.file}: there is no rule {of.rule_id}: correct its name")
    chosen = with_inhibitors(rules, [of.rule_id])
    return [_outcome(chosen, of, story) for story in of.stories]


def _outcome(rules: Sequence[Rule], of: RuleStories, story: Story) -> Outcome:
    try:
        items, end_ms = _items(rules, of.rule_id, story)
    except StoryError as error:
        raise StoryError(f"{of.file}: {story.name}: {error}") from error
    measures = sorted({rule.declared.measure for rule in rules})
    seen: list[Told] = []
    marked = with_marks(items, measures, RUN, end_ms)
    addressed = (one for item in marked for one in _addressed(item, seen))
    # One by one: whom a command is of hangs on what was told before it.
    seen.extend(replayed(rules, addressed, zone=ZONE, mode=MODE))
    lines = list(_lines(seen, of.rule_id, story))
    expected = [" ".join(line.split()) for line in story.alerts]
    difference = (
        ()
        if lines == expected
        else tuple(line.rstrip() for line in ndiff(expected, lines) if not line.startswith("?"))
    )
    raises = any(" raised " in line for line in expected)
    return Outcome(of.file, story.name, of.rule_id, raises, difference)


def _addressed(item: Item, seen: Sequence[Told]) -> list[Item]:
    """A command of a story is of every alert that is open when it comes; anything else is as it is."""
    if isinstance(item.what, Mark) or "command" not in item.what:
        return [item]
    newest = {told.key: told.record for told in seen if told.topic == ALERTS.name and told.record}
    given = item.what
    return [
        Item(item.moment_ms, {**given, "target": alert_id, "command_id": f"{given['command_id']}|{alert_id}"})
        for alert_id, alert in newest.items()
        if alert["state"] != "closed" and alert["rule_id"] == given["target"]
    ]


def _lines(changes: Iterable[Told], rule_id: str, story: Story) -> Iterator[str]:
    named = " ".join(story.alerts)
    own = [key for key in story.series if len(key.partition(" @")[0].split()) == 2]
    for change in changes:
        record = change.record or {}
        if change.topic == COMMANDS.name and f":alert:{rule_id}|" in record["target"]:
            yield f"{_at(record['event_time'], story)} opens {record['target'].partition(':')[0]}"
        if change.topic != ALERTS.name or record["rule_id"] != rule_id:
            continue
        if record["change"] in UNSAID and f" {record['change']} " not in f"{named} ":
            continue
        words = [_at(record["event_time"], story), record["change"], LEVELS[record["level"]].roman]
        words += [record["entity_id"]] if len(own) > 1 else []
        words += ["silent"] if record["kind"] == "no_data" else []
        words += ["flood"] if record["kind"] == "flood" else []
        words += ["muted"] if record["muted_by"] else []
        yield " ".join(words)


def _at(moment_ms: int, story: Story) -> str:
    zone = ZoneInfo(ZONE)
    at = datetime.fromtimestamp(moment_ms / 1000, zone)
    days = (at.date() - story.begin.date()).days
    clock = at.strftime("%H:%M:%S" if at.second else "%H:%M")
    return f"+{days}d {clock}" if days else clock


def _items(rules: Sequence[Rule], rule_id: str, story: Story) -> tuple[list[Item], int]:
    begin_ms = _milliseconds(story.begin.replace(tzinfo=ZoneInfo(ZONE)))
    of_rule = next(rule for rule in rules if rule.id == rule_id)
    found: list[Item] = []
    end_ms = begin_ms
    for key, values in story.series.items():
        indicator, entity = _subject(key, of_rule)
        detail = of_rule.detail if indicator.id == of_rule.indicator else None
        for item in _rows(indicator, entity, detail, begin_ms, values):
            end_ms = max(end_ms, item.moment_ms)
            if item.what:
                found.append(item)
    for at, name in story.commands.items():
        moment = _moment(at, story)
        end_ms = max(end_ms, moment)
        command = command_of(
            name, rule_id, by="duty-officer", reason="story", event_time=moment, mode=MODE, run_id=RUN
        )
        found.append(Item(moment, command))
    found.sort(key=lambda item: item.moment_ms)
    return found, end_ms + 1


def _subject(key: str, rule: Rule) -> tuple[Indicator, Subject]:
    text, _, area = key.partition(" @")
    words = text.split()
    named = words.pop(0) if len(words) == 3 else rule.indicator
    if named not in INDICATORS or len(words) != 2:
        raise StoryError(
            f"the series {key!r} is of nobody: write `city city`, `station s1` or `station s1 @city/d2`"
        )
    indicator, (entity_type, entity_id) = INDICATORS[named], words
    if entity_type not in indicator.entity_types:
        raise StoryError(f"the series {key!r}: {named} is published for {', '.join(indicator.entity_types)}")
    is_area = entity_type in ("area", "city")
    area_id = area or (entity_id if is_area else None if entity_type == "feed" else "city/d1")
    return indicator, Subject(entity_type, entity_id, area_id, 0, 0, RUN)


def _rows(
    indicator: Indicator, entity: Subject, detail: str | None, begin_ms: int, values: str
) -> Iterator[Item]:
    window_ms = window_of(indicator) // timedelta(milliseconds=1)
    rows = Rows(MODE, ZONE)
    start, step = begin_ms, 0
    for token in values.split():
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise StoryError(f"{token!r} is no value: see `citybrain rules test --help`")
        for _ in range(int(match["times"] or 1)):
            step = step + 1 if match["open"] else 0
            back = int(match["back"] or 0)
            of = start - back * window_ms
            subject = entity._replace(window_start=of, window_end=of + window_ms)
            version = version_of_step(step)
            if back:
                version = Version("restated", GENERATION + version.revision)
            moment = start + step * STEP_MS if step else of + window_ms
            if (moment - begin_ms) > VALUES_MAX * window_ms:
                raise StoryError(f"has more than {VALUES_MAX} windows: tell a shorter story")
            row = _row(rows, indicator, subject, (version, match["what"]), detail)
            yield Item(moment, {} if row is None else row)
            start += 0 if match["open"] or back else window_ms


def _row(
    rows: Rows, indicator: Indicator, subject: Subject, said: tuple[Version, str], detail: str | None
) -> Row | None:
    version, what = said
    if what == "_":
        return None
    edition = indicator.editions[-1]
    if what == "no_data":
        return rows.data(
            indicator.id,
            subject,
            edition,
            NO_DATA,
            value=None,
            observations=0,
            validity="no_data",
            inputs={},
            details={},
        )
    value, grade, validity, details = _read(indicator, what)
    if detail is not None and value is not None:
        details = {detail: str(value)}
    exact = None if value is None else Fraction(str(value))
    row = rows.data(
        indicator.id,
        subject,
        edition,
        version,
        value=value,
        grade=grade,
        validity=validity,
        observations=1,
        inputs={},
        details={},
        exact=exact,
    )
    return {**row, "details": {**row["details"], **details}}


def _read(indicator: Indicator, what: str) -> tuple[float | None, str | None, Validity, dict[str, str]]:
    grades = [grade.word for grade in indicator.grades.grades] if indicator.grades else []
    validity = next((known for known in VALIDITIES if known == what), None)
    if validity is not None:
        return None, None, validity, {}
    if what in grades:
        return None, what, "valid", {}
    if what in _STATUSES:
        status = {f"target_status.{target.id}": what for target in targets_of(TARGETS, indicator.id)}
        return None, None, "valid", status
    try:
        return float(what), None, "valid", {}
    except ValueError:
        there = f"; its grades are {', '.join(grades)}" if grades else ""
        raise StoryError(f"{what!r} is no value of {indicator.id}{there}") from None


def _moment(at: str, story: Story) -> int:
    days, _, clock = at.rpartition(" ")
    try:
        hours, minutes = (int(part) for part in clock.split(":"))
        shift = timedelta(days=int(days.strip("+d") or 0))
    except ValueError:
        raise StoryError(f"the command at {at!r}: write 08:12, or +1d 08:12") from None
    day = datetime(story.begin.year, story.begin.month, story.begin.day, tzinfo=ZoneInfo(ZONE))
    return _milliseconds(day + shift + timedelta(hours=hours, minutes=minutes))


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
