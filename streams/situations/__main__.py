"""Runs the situations: `python -m streams.situations`, settings from CITYBRAIN_*."""

from streams.service import run
from streams.service_settings import ServiceSettings
from streams.situations.fold import situations_service


def main() -> None:
    """Run until SIGTERM."""
    settings = ServiceSettings.from_environment()
    run(situations_service(settings), settings)


if __name__ == "__main__":
    main()
