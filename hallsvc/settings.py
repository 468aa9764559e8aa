"""Every setting of the hall, read from the environment.

Each variable of the environment is read in one place, with its meaning on the line
above; the table in README.md says the same. Without DATABASE_URL the hall runs on
the embedded PostgreSQL (hallsvc/database/embedded.py) with keys it makes for itself
in HALL_DATA_DIR; with DATABASE_URL everything must be given, and hallsvc/checks.py
refuses to start with less.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from hallsvc import keys, logs
from hallsvc.database import embedded

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What kind of process this is -------------------------------------------------

# Where PostgreSQL is and who the application is there; empty: the embedded one.
DATABASE_URL = env.str("DATABASE_URL", default="")
# The same database for the role that owns the tables; needed by `migrate` alone.
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
# Says that a server without DEBUG may use the embedded database.
HALL_EMBEDDED = env.bool("HALL_EMBEDDED", default=False)
# Folder of the embedded database, its keys and the collected static files.
HALL_DATA_DIR = Path(env.str("HALL_DATA_DIR", default=str(BASE_DIR / ".data")))
HALL_DATA_DIR = (BASE_DIR / HALL_DATA_DIR).resolve()
# web, worker or command: decides on the pool and on the limits of transactions.
HALL_PROCESS = env.str("HALL_PROCESS", default="web")
# Django's debug pages; refused with a DATABASE_URL.
DEBUG = env.bool("HALL_DEBUG", default=False)
# Whether browsers reach us by HTTPS (cookies, HSTS, redirects).
HALL_HTTPS = env.bool("HALL_HTTPS", default=False)
# Whether a proxy in front sets X-Forwarded-Proto and nobody else can.
HALL_TRUST_PROXY = env.bool("HALL_TRUST_PROXY", default=False)

USES_EMBEDDED = not DATABASE_URL
MAY_USE_EMBEDDED = DEBUG or HALL_EMBEDDED

# --- Keys -------------------------------------------------------------------------

if USES_EMBEDDED:
    keys.load_or_make(HALL_DATA_DIR / "keys.env", env.ENVIRON)

# Signs sessions and tokens.
SECRET_KEY = env.str("SECRET_KEY", default="")
# 32 bytes in base64: wraps the data keys of personal fields.
HALL_MASTER_KEY = env.str("HALL_MASTER_KEY", default="")
# Former master keys, still needed to open older rows.
HALL_OLD_MASTER_KEYS: list[str] = env.list("HALL_OLD_MASTER_KEYS", default=[])
# 32 bytes in base64: blind index for exact look-up of personal fields.
HALL_INDEX_KEY = env.str("HALL_INDEX_KEY", default="")
# 32 bytes in base64: Ed25519 seed that signs the events of a case.
HALL_SIGNING_KEY = env.str("HALL_SIGNING_KEY", default="")

# --- Addresses, cookies, headers --------------------------------------------------

# Host names we answer to, with commas; a wildcard is refused with a DATABASE_URL.
ALLOWED_HOSTS: list[str] = env.list(
    "HALL_ALLOWED_HOSTS",
    default=["127.0.0.1", "localhost", "[::1]"] if USES_EMBEDDED else [],
)
# Origins with scheme that may post to us, with commas; needed behind some proxies.
CSRF_TRUSTED_ORIGINS: list[str] = env.list("HALL_TRUSTED_ORIGINS", default=[])
# Where the public reaches us, with scheme, for the square code on a paper; empty: where
# the clerk does.
HALL_PUBLIC_URL = env.str("HALL_PUBLIC_URL", default="").rstrip("/")

if HALL_TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HALL_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HALL_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HALL_HTTPS
SECURE_HSTS_PRELOAD = HALL_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), midi=(), payment=(), usb=(), browsing-topics=()"
)

# The prefix makes the browser insist on Secure, Path=/ and no Domain.
_COOKIE = "__Host-" if HALL_HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE}hall-session"
SESSION_COOKIE_AGE = 12 * 3600  # a shift, with time to spare
SESSION_COOKIE_SECURE = HALL_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_COOKIE_NAME = f"{_COOKIE}hall-csrf"
CSRF_COOKIE_SECURE = HALL_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "hallsvc.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = f"{_COOKIE}hall-language"
LANGUAGE_COOKIE_SECURE = HALL_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Sizes of a request; files have limits of their own where they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Applications -----------------------------------------------------------------

INSTALLED_APPS = [
    "hallsvc",
    "windows",
    "cases",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "django_htmx",
    "csp",
    "django_structlog",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    # First, so that every response carries the headers, errors and files as well.
    "hallsvc.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "hallsvc.middleware.RequestLogMiddleware",
    "hallsvc.middleware.LanguageMiddleware",
    "hallsvc.middleware.CleanRequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "windows.idle.IdleLockMiddleware",
    "hallsvc.middleware.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "hallsvc.middleware.LostRaceMiddleware",
]

ROOT_URLCONF = "hallsvc.urls"
WSGI_APPLICATION = "hallsvc.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hallsvc.frame.frame",
            ],
        },
    }
]

# --- Database ---------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Threads of one web process; each may hold one connection of the pool.
HALL_THREADS = env.int("HALL_THREADS", default=4)
# Whether connections come from a pool; by default in web processes alone.
HALL_POOL = env.bool("HALL_POOL", default=HALL_PROCESS == "web")

# A page is quick or it is broken; jobs and commands may take their time.
_is_page = HALL_PROCESS == "web"
_limits = {"lock_timeout": 3000, "TimeZone": "UTC"}
if _is_page:
    _limits["idle_in_transaction_session_timeout"] = 5000

if USES_EMBEDDED:
    _database: dict[str, Any] = {
        "NAME": embedded.DATABASE,
        "USER": embedded.APP_ROLE,
        "PASSWORD": "",
        "HOST": str(embedded.socket_folder(HALL_DATA_DIR)),
        "PORT": str(embedded.PORT),
    }
    _owner: dict[str, Any] = {"USER": embedded.OWNER_ROLE, "PASSWORD": ""}
else:
    _database = env.db_url_config(DATABASE_URL)
    _owner = {
        key: value
        for key, value in env.db_url_config(DATABASE_OWNER_URL or DATABASE_URL).items()
        if key in {"USER", "PASSWORD", "HOST", "PORT"}
    }

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "ENGINE": "hallsvc.database",
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "application_name": f"hall-{HALL_PROCESS}",
            "connect_timeout": 5,
            "options": " ".join(
                f"-c {name}={limit}" for name, limit in _limits.items()
            ),
        },
        # Ours (see hallsvc/database/base.py).
        "HALL": {
            "DATA_DIR": str(HALL_DATA_DIR) if USES_EMBEDDED else "",
            "MAY_START": MAY_USE_EMBEDDED,
            "APP_ROLE": _database["USER"],
            "OWNER": _owner,
            "TRANSACTION_SECONDS": 10 if _is_page else 0,
        },
    }
}
if HALL_POOL:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": HALL_THREADS + 1,
        "timeout": 5,
    }

# Counters, sessions and jobs live in the database; this cache is one process's own.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- People -----------------------------------------------------------------------

AUTH_USER_MODEL = "windows.Clerk"
AUTHENTICATION_BACKENDS = ["windows.backends.ClerkBackend"]
# Quiet seconds before a screen asks for the password again, and before it ends.
HALL_IDLE_SECONDS = env.int("HALL_IDLE_SECONDS", default=300)
HALL_LOGOUT_SECONDS = env.int("HALL_LOGOUT_SECONDS", default=900)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
SIMPLE_HISTORY_REVERT_DISABLED = True
# The package's own 100 characters are too short for a reason; forms ask at most 200.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# --- Language and time ------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "hallsvc" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files ------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Where `collectstatic` puts the files WhiteNoise serves.
STATIC_ROOT = Path(env.str("HALL_STATIC_ROOT", default=str(HALL_DATA_DIR / "static")))
_STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if DEBUG:
    _STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# Where the encrypted scans of signed papers lie: never below a folder that is served.
HALL_SCAN_DIR = Path(env.str("HALL_SCAN_DIR", default=str(HALL_DATA_DIR / "scans")))
# A scan stays in memory until it is encrypted; what is larger goes to a file first.
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024

# --- Jobs -------------------------------------------------------------------------

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Log --------------------------------------------------------------------------

# DEBUG, INFO, WARNING or ERROR.
LOG_LEVEL = env.str("HALL_LOG_LEVEL", default="INFO")
LOGGING_CONFIG = None
LOGGING = logs.configuration(LOG_LEVEL)
logs.configure(LOGGING)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # a wrong address is no alarm
