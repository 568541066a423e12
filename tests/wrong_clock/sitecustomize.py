"""Read by every Python that has this folder on its path: its time of day is CLOCK_AHEAD seconds ahead."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(os.environ["CLOCK_AHEAD"]))).start()
