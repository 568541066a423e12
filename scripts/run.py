"""`make run`: from a bare checkout to a served Lineup, and back to nothing when it is asked to stop."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import subprocess
from time import sleep
from types import FrameType

from config import dotenv
from scripts import environment, server
from scripts.children import Child, free_port
from scripts.console import CannotGoOn, say, spoken, step

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"}


def main() -> None:
    children: list[Child] = []
    on_signal(children)
    dotenv.load(environment.ROOT / ".env")
    host, port = address()
    environment.python_packages("requirements.lock")
    environment.node_packages()
    environment.secret_key()
    try:
        start(host, port, children)
        watch(children)
    except KeyboardInterrupt:
        say("Stopping …")
    finally:
        for child in reversed(children):
            child.stop(patience())


def patience() -> float:
    """Seconds: what Lineup gives to what is still running, and some for its last settlements."""
    return float(os.environ.get("DRAIN_SECONDS", "").strip() or 25) + 15


def address() -> tuple[str, int]:
    """Where to serve; refused before anything is installed when it cannot be had."""
    host, port = os.environ.get("HOST", "").strip() or "127.0.0.1", os.environ.get("PORT", "").strip() or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotGoOn(f"PORT is {port!r}: it must be a number from 1 to 65535")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, int(port)), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotGoOn(
                f"Port {port} is taken: stop what listens there, or choose another with make run PORT={int(port) + 1}"
            ) from error
        raise CannotGoOn(f"{host}:{port} cannot be served ({error.strerror}): choose another HOST or PORT") from error
    return host, int(port)


def start(host: str, port: int, children: list[Child]) -> None:
    os.chdir(environment.ROOT)
    python = str(environment.PYTHON)
    if not os.environ.get("SIMULATOR_BASE_URL", "").strip():
        own = free_port()
        command = [python, "-m", "simulator", "--host", "127.0.0.1", "--port", str(own)]
        children.append(Child("The simulator", command, port=own, log=environment.var_dir() / "simulator.log"))
        children[-1].start()
        os.environ["SIMULATOR_BASE_URL"] = f"http://127.0.0.1:{own}/v1"
    with step("Preparing the database and the catalog"):
        link = bootstrap(python)
    near = LOOPBACK.get(host, host)
    children.append(Child("Lineup", server.command(python, host, port), host=near, port=port))
    children[-1].start()
    base = f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"
    say(f"\nLineup is at {base}\nSign in as admin, once, within a day: {base}{link}\nCtrl-C stops it.")


def bootstrap(python: str) -> str:
    """The path of a sign-in link."""
    command = [python, "manage.py", "bootstrap"]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, start_new_session=True
    )
    for line in done.stderr.splitlines() if done.returncode == 0 else ():
        say(f"  {line}")
    if done.returncode:
        (environment.var_dir() / "setup.log").write_text(done.stderr)
        raise CannotGoOn(
            f"The database could not be prepared ({reason(done.stderr)}): the whole story is in "
            f"{environment.var_dir() / 'setup.log'}"
        )
    return done.stdout.strip()


def reason(traceback: str) -> str:
    """The line of a traceback that names the error."""
    lines = traceback.strip().splitlines() or ["it said nothing"]
    return next((line for line in reversed(lines) if re.match(r"[\w.]+: ", line)), lines[-1]).strip()


def watch(children: list[Child]) -> None:
    while True:
        for child in children:
            if child.code is not None:
                raise CannotGoOn(f"{child.name} has ended: {child.last_words()}")
        sleep(0.2)


def on_signal(children: list[Child]) -> None:
    """The first begins the orderly way out; who asks again will not wait for what is still running."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, hurry)
        raise KeyboardInterrupt

    def hurry(_number: int, _frame: FrameType | None) -> None:
        for child in children[-1:]:
            child.signal(signal.SIGTERM)

    for each in SIGNALS:
        signal.signal(each, stop)


if __name__ == "__main__":
    with spoken():
        main()
