"""Runs the alerts: `python -m streams.alerts`, settings from CITYBRAIN_*."""

from streams.alerts.fold import alerts_service
from streams.service import run
from streams.service_settings import ServiceSettings


def main() -> None:
    """Run until SIGTERM."""
    settings = ServiceSettings.from_environment()
    run(alerts_service(settings), settings)


if __name__ == "__main__":
    main()
