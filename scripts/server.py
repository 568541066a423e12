"""How Lineup is served, by `make run` and by the tests alike."""

#: A message of a million characters, escaped: more than the Playground takes, so that it is the one who refuses.
MOST_BYTES = 8 * 1024 * 1024
#: Callers who may knock at the same moment. What the system has no room to queue it drops, and a caller who was dropped
#: tries again after a second, then two, then four: of a thousand at once some would wait for a minute.
BACKLOG = 4096


def command(python: str, host: str, port: int) -> list[str]:
    size = ["--websocket-max-message-size", str(MOST_BYTES), "--websocket-max-frame-size", str(MOST_BYTES)]
    # A tab may stay open for days.
    options = ["-v", "0", "--no-server-name", "--websocket_timeout", "-1", *size]
    address = host.strip("[]").replace(":", r"\:")
    endpoint = f"tcp:port={port}:interface={address}:backlog={BACKLOG}"
    return [python, "-m", "daphne", *options, "-e", endpoint, "config.asgi:application"]
