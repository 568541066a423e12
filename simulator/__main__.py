"""`python -m simulator`: serve until stopped."""

from __future__ import annotations

import sys

from simulator.settings import parser, settings_from


def main() -> int:
    flags = parser()
    arguments = flags.parse_args()
    try:
        settings = settings_from(arguments)
    except ValueError as error:
        flags.error(str(error))
    # Daphne installs its reactor when it is imported: not before the flags are known to be good.
    from simulator.app import make_app
    from simulator.server import serve

    return serve(make_app(settings), arguments.host, arguments.port)


if __name__ == "__main__":
    sys.exit(main())
