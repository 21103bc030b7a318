"""Runs the responses: `python -m streams.responses`, settings from CITYBRAIN_*."""

from streams.responses.fold import responses_service
from streams.service import run
from streams.service_settings import ServiceSettings


def main() -> None:
    """Run until SIGTERM."""
    settings = ServiceSettings.from_environment()
    run(responses_service(settings), settings)


if __name__ == "__main__":
    main()
