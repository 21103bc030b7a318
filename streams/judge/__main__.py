"""Runs the judge: `python -m streams.judge`, settings from CITYBRAIN_*."""

from streams.judge.fold import judge_service
from streams.service import run
from streams.service_settings import ServiceSettings


def main() -> None:
    """Run until SIGTERM."""
    settings = ServiceSettings.from_environment()
    run(judge_service(settings), settings)


if __name__ == "__main__":
    main()
