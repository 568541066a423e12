"""As many open files as the system lets this process have: a thousand streams are two thousand sockets."""

import resource

#: What no machine needs more of, and every system that allows more allows.
ENOUGH = 65_536


def allow_many() -> None:
    """Systems usually begin with 1,024, far below what they allow who asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
