"""How Lineup is served, by `make run` and by the tests alike."""

#: A message of a million characters, escaped: more than the Playground takes, so that it is the one who refuses.
MOST_BYTES = 8 * 1024 * 1024


def command(python: str, host: str, port: int) -> list[str]:
    size = ["--websocket-max-message-size", str(MOST_BYTES), "--websocket-max-frame-size", str(MOST_BYTES)]
    # A tab may stay open for days.
    options = ["-v", "0", "--no-server-name", "--websocket_timeout", "-1", *size]
    return [python, "-m", "daphne", *options, "-b", host, "-p", str(port), "config.asgi:application"]
