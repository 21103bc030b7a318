"""`python -m citybrain`: the command."""

from citybrain.cli import main

if __name__ == "__main__":
    main()
