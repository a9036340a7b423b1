"""`fullrate` and `python -m fullrate.cli`."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from fullrate.cli import cli
    from fullrate.cli.frame import run

    sys.exit(run(cli, sys.argv[1:]))


if __name__ == "__main__":
    main()
