"""What `make` does, in plain Python: these modules run before any package is installed."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Lineup needs Python 3.11 or newer and this is %d.%d: install it, "
        "or say which one to use: make run PYTHON=/path/to/python3.11" % sys.version_info[:2]
    )
