"""Runs the cases: `python -m streams.cases`, settings from CITYBRAIN_*."""

from streams.cases.fold import cases_service
from streams.cases.kinds_file import KindFileError
from streams.service import run
from streams.service_settings import ServiceSettings


def main() -> None:
    """Run until SIGTERM."""
    settings = ServiceSettings.from_environment()
    try:
        service = cases_service(settings)
    except KindFileError as error:
        raise SystemExit(str(error)) from error
    run(service, settings)


if __name__ == "__main__":
    main()
