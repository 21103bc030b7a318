"""Runs the cases: `python -m streams.cases`, settings from CITYBRAIN_*."""

from streams.cases.fold import cases_service
from streams.service import ServiceSettings, run


def main() -> None:
    """Run until SIGTERM."""
    settings = ServiceSettings.from_environment()
    run(cases_service(settings), settings)


if __name__ == "__main__":
    main()
