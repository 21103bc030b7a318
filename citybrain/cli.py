"""What can a person ask of the line? The `citybrain` command."""

import sys
import warnings

import httpx
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from citybrain.alert_stories import StoryError
from citybrain.commands import (
    alert_load,
    alerts,
    backfill,
    calibrate,
    cap,
    case,
    catalog,
    check,
    doctor,
    explain,
    feeds,
    indicators,
    judge,
    late,
    line,
    receivers,
    reference,
    replay,
    restart,
    restate,
    rules,
    simulate,
    situations,
    sql,
    status,
    targets,
    token,
    whatif,
)
from citybrain.duty import NotAnsweredError
from citybrain.explanation import NothingToExplainError
from citybrain.log import configure_logging
from citybrain.promises import PromiseFileError
from citybrain.recompute import RecomputeError
from citybrain.runs import LineBusyError
from citybrain.settings import Settings
from citybrain.waiting import LineTimeoutError
from feeds.recording import RecordingError
from schemas.registry import IncompatibleSchemaError, RegistryError, RegistryNotReadyError
from sinks.query import QueryError
from stack.errors import StackError
from streams.cases.kinds_file import KindFileError
from streams.commands import CommandError
from streams.deliver.receivers import ReceiversFileError
from streams.ingest.senders import SendersFileError
from streams.ingest.tls import CertificateError
from streams.kafka import KafkaException
from streams.mqtt.rules import RulesFileError
from streams.problems import ReferenceDataError
from streams.publishing import NotPublishedError
from streams.reading import NotReadError
from streams.targets import TargetFileError

app = typer.Typer(
    name="citybrain",
    help="City events in, trustworthy city numbers out, while they still matter.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(line.up)
app.command()(line.down)
app.command()(restart.restart)
app.command()(status.status)
app.command()(replay.replay)
app.command()(simulate.simulate)
app.command()(sql.sql)
app.command()(indicators.indicators)
app.command()(catalog.catalog)
app.command()(targets.targets)
app.command()(feeds.feeds)
app.command()(explain.explain)
app.command()(judge.judge)
app.command()(whatif.whatif)
app.command()(late.late)
app.command()(check.check)
app.command("backfill")(backfill.backfill_command)
app.command("restate")(restate.restate_command)
app.command()(token.token)
app.command()(doctor.doctor)
app.command()(receivers.receivers)
app.add_typer(cap.app, name="cap")
_alerts = typer.Typer(help="What wants attention now, and how much the alerts ask of those on duty.")
_alerts.callback(invoke_without_command=True)(alerts.alerts)
_alerts.command("load")(alert_load.load_command)
app.add_typer(_alerts, name="alerts")
app.command()(alerts.ack)
app.command()(alerts.shelve)
app.command()(alerts.unshelve)
_alert = typer.Typer(help="More that can be said of an alert.", no_args_is_help=True)
_alert.command()(alerts.note)
_alert.command()(alerts.close)
_alert.command()(alerts.unack)
_alert.command()(alerts.show)
_alert.command("test")(alerts.test_command)
app.add_typer(_alert, name="alert")
_maintenance = typer.Typer(help="Windows in which nobody is told.", no_args_is_help=True)
_maintenance.command("begin")(alerts.maintenance_begin)
_maintenance.command("end")(alerts.maintenance_end)
app.add_typer(_maintenance, name="maintenance")
_case = typer.Typer(help="What is open, until when, and who has it.", no_args_is_help=True)
_case.command("list")(case.case_list)
_case.command("show")(case.case_show)
_case.command("open")(case.case_open)
_case.command("update")(case.case_update)
_case.command("close")(case.case_close)
_case.command("supervise")(case.case_supervise)
app.add_typer(_case, name="case")
_joint = typer.Typer(help="What several alerts and cases have in common.", no_args_is_help=True)
_joint.command("list")(situations.joint_list)
_joint.command("merge")(situations.joint_merge)
_joint.command("split")(situations.joint_split)
app.add_typer(_joint, name="joint")
_mode = typer.Typer(help="Modes of the city: holidays, major events, the flood season.", no_args_is_help=True)
_mode.command("list")(situations.mode_list)
_mode.command("begin")(situations.mode_begin)
_mode.command("end")(situations.mode_end)
app.add_typer(_mode, name="mode")
_shift = typer.Typer(help="Who is on duty, and what is handed over.", no_args_is_help=True)
_shift.command("show")(situations.shift_show)
_shift.command("take-over")(situations.shift_take_over)
_shift.command("note")(situations.shift_note)
app.add_typer(_shift, name="shift")
_reference = typer.Typer(
    help="The city's reference data: check it, load it, look at it.", no_args_is_help=True
)
_reference.command()(reference.check)
_reference.command("load")(reference.load_command)
_reference.command()(reference.show)
_reference.command()(reference.departments)
app.add_typer(_reference, name="reference")
_rules = typer.Typer(help="The rules by which alerts are raised.", no_args_is_help=True)
_rules.command()(rules.check)
_rules.command("load")(rules.load_command)
_rules.command("list")(rules.list_command)
_rules.command("test")(rules.tell_command)
_rules.command()(rules.diff)
app.add_typer(_rules, name="rules")
_calibrate = typer.Typer(help="Work reference data out from what the line has seen.", no_args_is_help=True)
_calibrate.command("free-flow")(calibrate.free_flow)
app.add_typer(_calibrate, name="calibrate")

_IS_IT_UP = "Is the line up? `citybrain status`"
_FOR_PEOPLE = (
    StackError,
    RecordingError,
    LineBusyError,
    LineTimeoutError,
    QueryError,
    TargetFileError,
    PromiseFileError,
    RecomputeError,
    NothingToExplainError,
    NotPublishedError,
    NotReadError,
    RegistryNotReadyError,
    IncompatibleSchemaError,
    ReferenceDataError,
    SendersFileError,
    CertificateError,
    RulesFileError,
    StoryError,
    KindFileError,
    ReceiversFileError,
    CommandError,
    NotAnsweredError,
)


def main() -> None:
    """Run the command; an error that a person can mend is said in a sentence, not in a stack trace."""
    # The registry client's library announces its own successor on every start.
    warnings.filterwarnings("ignore", message=".*httpx.*")
    configure_logging()
    try:
        app()
    except _FOR_PEOPLE as error:
        _say(str(error))
    except KafkaException as error:
        _say(f"Kafka does not answer: {error}. {_IS_IT_UP}")
    except RegistryError as error:
        _say(f"The schema registry failed: {error}. {_IS_IT_UP}")
    except (httpx.HTTPError, TimeoutError) as error:
        _say(f"A part of the line does not answer: {error!r}. {_IS_IT_UP}")
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        for wrong in error.errors():
            said = wrong["msg"].removeprefix("Value error, ")
            name = "_".join(str(part) for part in wrong["loc"]).upper()
            _say(said if said.startswith("CITYBRAIN_") else f"CITYBRAIN_{name}: {said}")
    else:
        return
    sys.exit(1)


def _say(what: str) -> None:
    Console(stderr=True, soft_wrap=True).print(f"[bold red]citybrain:[/] {escape(what)}", highlight=False)
