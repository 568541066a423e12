"""Every knob of Lineup; each is read from the environment by a reader that refuses nonsense."""

from logging import INFO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import dotenv, env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
dotenv.load(BASE_DIR / ".env")
#: What the running product writes: database, keys made on first run, collected static files.
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env.flag("DEBUG")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
#: Served to this machine alone, over plain HTTP: cookies cannot ask for TLS.
LOCAL = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}
#: Where people find Lineup, for links in mails.
PUBLIC_URL = next(iter(CSRF_TRUSTED_ORIGINS), f"http://{HOST}:{PORT}" if LOCAL else f"https://{ALLOWED_HOSTS[0]}")

#: `make run` makes a key for this machine alone; what others can reach must bring its own.
SECRET_KEY = env.secret("SECRET_KEY", default_file=VAR_DIR / "secret_key" if LOCAL else None)
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: `make run` makes one for this machine, production needs its own")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "channels",
    "csp",
    "django_htmx",
    "django_structlog",
    "template_partials",
    "config",
    "common",
    "accounts",
    "inference_catalog",
    "billing",
    "tracing",
    "completions",
    "gateway",
    "playground",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "serving.static_files.CompressedStaticFiles",
    "csp.middleware.CSPMiddleware",
    "common.forms.ReadableForms",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.signed_in_only.SignedInOnly",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.context_processors.shell",
            ],
            "builtins": [
                "django.templatetags.static",
                "common.templatetags.ui",
                "billing.templatetags.banners",
                "tracing.templatetags.weave",
                "template_partials.templatetags.partials",
            ],
        },
    }
]


#: Seconds that a completion waits for the database: those of a statement of the books. A page waits ten times as long.
DATABASE_PATIENCE = env.number("DATABASE_PATIENCE", 1, least=1)


def database(url: str) -> dict[str, object]:
    """Django's settings for postgres://user:password@host:port/name; a Unix socket's folder goes in ?host=."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must be postgres://user:password@host:port/name, or unset for SQLite.")
    socket = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair).get("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or unquote(socket),
        "PORT": parts.port or "",
        # Each request runs in a thread of its own, which would take a kept connection with it; the books' thread keeps
        # its own. No pool: while the database is away it makes everybody wait, where we refuse at once, and for seconds
        # after it is back.
        "CONN_MAX_AGE": 0,
        # Seconds but for the last, which is milliseconds: a machine that vanished is noticed, whatever is asked of it.
        "OPTIONS": {
            "connect_timeout": 2 * DATABASE_PATIENCE,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        },
    }


SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR_DIR / "lineup.sqlite3",
    "OPTIONS": {
        # Writers queue up at BEGIN instead of failing half-way; readers are never held up (WAL).
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    },
}
DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {"default": database(DATABASE_URL) if DATABASE_URL else SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    if REDIS_URL
    # A tab that reads slowly may fall behind by this many frames before one is dropped, and never leaves its group.
    else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000, "group_expiry": 10**9}}
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    name: f"accounts.allauth_forms.{form}"
    for name, form in {
        "add_email": "AddEmailForm",
        "change_password": "ChangePasswordForm",
        "login": "LoginForm",
        "reauthenticate": "ReauthenticateForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "set_password": "SetPasswordForm",
        "signup": "SignupForm",
    }.items()
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
#: Whether an account needs an e-mail address that was confirmed by a link.
EMAIL_REQUIRED = env.flag("EMAIL_REQUIRED")
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*" if EMAIL_REQUIRED else "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_REQUIRED else "optional"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USERNAME_MIN_LENGTH = 2
#: One e-mail address a person, changed by confirming the new one.
ACCOUNT_CHANGE_EMAIL = True
#: Neither sign-up nor password reset tells whether somebody has an account with an address.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Lineup: "
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
#: Seconds: a mail server that takes a connection and says nothing holds up whoever mails.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "lineup@localhost")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if LOCAL else 3600
X_FRAME_OPTIONS = "DENY"
#: Redirecting to HTTPS is for the proxy that ends TLS; what subdomains and preload lists do is for the domain's owner.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
FORM_ACTION = [SELF]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # KaTeX sizes its glyphs with style attributes; style sheets and scripts stay ours alone.
        "style-src-attr": ["'unsafe-inline'"],
        # A remote image in a model's answer would tell its owner who reads it.
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": FORM_ACTION,
        "frame-ancestors": [NONE],
    }
}

#: Bytes of a form: a message of a million characters, of which each may take twelve as forms write them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_500_000

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS: list[object] = [BASE_DIR / "static"] + [
    (f"vendor/{name}", NODE_MODULES / folder)
    for name, folder in {
        "markdown-it": "markdown-it/dist/browser",
        "dompurify": "dompurify/dist",
        "katex": "katex/dist",
        "highlight": "@highlightjs/cdn-assets/es",
        "inter": "@fontsource-variable/inter",
        "jetbrains-mono": "@fontsource-variable/jetbrains-mono",
        "makers": "@lobehub/icons-static-svg/icons",
    }.items()
]
#: Files are served straight from their folders; a deployment that runs collectstatic gets hashed names.
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.storage.HashedStaticFiles"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
#: No other site has a use for them.
WHITENOISE_ALLOW_ALL_ORIGINS = False

#: Who knows which prices an organization has of its own.
OWN_PRICES = "billing.own_prices"
#: Whose entries the palette of Cmd/Ctrl+K shows, in this order.
PALETTE_SOURCES = [
    "accounts.palette.pages",
    "playground.palette.comparisons",
    "billing.palette.pages",
    "tracing.palette.pages",
    "inference_catalog.palette.models",
    "playground.palette.saved_models",
    "accounts.palette.projects",
]
PALETTE_LOOKUPS = ["playground.palette.comparisons", "playground.palette.saved_models"]

# Providers -----------------------------------------------------------------------------------
UPSTREAM_BASE_URL = env.text("UPSTREAM_BASE_URL")
UPSTREAM_API_KEY = env.secret("UPSTREAM_API_KEY")
WANDB_API_KEY = env.secret("WANDB_API_KEY")
WANDB_PROJECT = env.text("WANDB_PROJECT")
WANDB_BASE_URL = env.text("WANDB_BASE_URL", "https://api.wandb.ai")
#: What the client gets of our environment that logs our calls there: nothing of ours that is secret.
SURROUNDINGS = env.given(
    "PATH", "HOME", "LANG", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "WEAVE_INSECURE_DISABLE_SSL",
)  # fmt: skip
OLLAMA_BASE_URL = env.text("OLLAMA_BASE_URL", "http://127.0.0.1:11434/v1")
#: Whether what a team's admins connect themselves may be on this machine or in a private network.
OWN_PROVIDERS_MAY_BE_PRIVATE = env.flag("OWN_PROVIDERS_MAY_BE_PRIVATE")
#: Whether images that anybody names by an address may be.
IMAGES_MAY_BE_PRIVATE = env.flag("IMAGES_MAY_BE_PRIVATE")
#: Where the simulator listens; empty: there is none.
SIMULATOR_BASE_URL = env.text("SIMULATOR_BASE_URL")

#: Seconds a request's body may take to arrive.
REQUEST_BODY_TIMEOUT = env.number("REQUEST_BODY_TIMEOUT", 120, least=1)

# Limits --------------------------------------------------------------------------------------
CONCURRENCY_PER_USER = env.number("CONCURRENCY_PER_USER", 64, least=1)
CONCURRENCY_PER_PROJECT = env.number("CONCURRENCY_PER_PROJECT", 128, least=1)
BLOCKED_COUNTRIES = env.countries("BLOCKED_COUNTRIES")
COUNTRY_HEADER = env.text("COUNTRY_HEADER")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
GEOIP_DATABASE = env.text("GEOIP_DATABASE")

# Invoices ------------------------------------------------------------------------------------
#: Who issues them, and how they are paid: text that stands on each.
INVOICE_ISSUER = env.text("INVOICE_ISSUER", "Lineup")
INVOICE_PAYMENT = env.text("INVOICE_PAYMENT")
#: Minutes after a month's end in which late usage still lands on a draft, and days in which an invoice is to be paid.
INVOICE_GRACE_MINUTES = env.number("INVOICE_GRACE_MINUTES", 60)
INVOICE_DUE_DAYS = env.number("INVOICE_DUE_DAYS", 14)

# Payments by card; both keys or neither ------------------------------------------------------
STRIPE_SECRET_KEY = env.secret("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.secret("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "https://api.stripe.com")
if bool(STRIPE_SECRET_KEY) != bool(STRIPE_WEBHOOK_SECRET):
    raise ImproperlyConfigured("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together: set both, or neither.")
if STRIPE_SECRET_KEY:
    # Browsers follow a form to another site only where the page that holds it says so.
    FORM_ACTION.append("https://checkout.stripe.com")

# The engine's patience with a provider, in seconds -------------------------------------------
UPSTREAM_CONNECT_TIMEOUT = env.number("UPSTREAM_CONNECT_TIMEOUT", 5, least=1)
UPSTREAM_FIRST_CHUNK_TIMEOUT = env.number("UPSTREAM_FIRST_CHUNK_TIMEOUT", 120, least=1)
UPSTREAM_IDLE_TIMEOUT = env.number("UPSTREAM_IDLE_TIMEOUT", 60, least=1)
UPSTREAM_TOTAL_TIMEOUT = env.number("UPSTREAM_TOTAL_TIMEOUT", 1800, least=1)

#: Whether this process takes its share of chores: credits that are due or over, alerts, invoices, reconciliation.
RUN_CHORES = env.flag("RUN_CHORES", default=True)

#: How long a process that was asked to end lets finish what runs, in seconds.
DRAIN_SECONDS = env.number("DRAIN_SECONDS", 25)

# A stream's patience with its reader, in seconds ---------------------------------------------
STREAM_HOLD = env.number("STREAM_HOLD", 50, least=1)
STREAM_KEEP_ALIVE = env.number("STREAM_KEEP_ALIVE", 15, least=1)
STREAM_WRITE_TIMEOUT = env.number("STREAM_WRITE_TIMEOUT", 60, least=1)

LOGGING = logs.logging(env.text("LOG_LEVEL", "WARNING"))
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = INFO
