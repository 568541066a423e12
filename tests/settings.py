"""Settings of a test run: those of the product, with a key, a folder and quick passwords of its own."""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit

from tests.variables import UNSET

# Whatever the developer's shell and .env say, a test run knows no provider but those it starts.
os.environ |= UNSET | {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
os.environ["SECRET_KEY"] = "a-key-for-tests-alone-that-guards-nothing-anywhere"
# A machine that has much else to do is no database that is away.
os.environ["DATABASE_PATIENCE"] = "10"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="lineup-tests-")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

if os.environ.get("REDIS_URL"):
    # Parallel test processes clear their cache after each test: each has a Redis database of its own.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{worker}").geturl()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Every test client would list all static files once more.
WHITENOISE_AUTOREFRESH = True
# A file, as in life: threads that share a database in memory lock one another out at once instead of waiting.
DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")} if not DATABASES["default"].get("USER") else {}
# Tests do them when they want them done.
RUN_CHORES = False
