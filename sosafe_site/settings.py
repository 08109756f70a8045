"""Every setting of the site that an installation may choose is in this table; the rest is the same everywhere."""

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured
from environ import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(
    SITE_URL=(str, ""),
    SECRET_KEY=(str, ""),
    DATA_DIR=(str, "var"),
    DATABASE_URL=(str, ""),
    STORAGE_URL=(str, ""),
    EMAIL_URL=(str, ""),
    FROM_EMAIL=(str, ""),
    CHECK_PRIVATE_LINKS=(bool, False),
    SECOND_FACTOR=(bool, True),
    PROXIES=(int, 0),
    HSTS_SUBDOMAINS=(bool, False),
    HSTS_PRELOAD=(bool, False),
    DEBUG=(bool, False),
)
env.read_env(BASE_DIR / ".env")


def stop(name: str, advice: str) -> NoReturn:
    """Ends the process with one sentence instead of a traceback: whoever reads it runs the site, not the code."""
    sys.exit(f"SoSafe can't start: {name} {advice} Set it in the environment or in the file .env.")


# Core
DEBUG = env.bool("DEBUG")
SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 50:
    stop("SECRET_KEY", "must be at least 50 random characters that nobody else knows; it protects officers' sessions.")
SITE_URL = env.str("SITE_URL").rstrip("/")
_site = re.fullmatch(r"(https?)://([a-z0-9.-]+)(:[0-9]+)?", SITE_URL)
if not _site:
    stop("SITE_URL", "must be the site's public address with nothing after it, such as https://www.example.org.")
IS_HTTPS = _site[1] == "https"
ALLOWED_HOSTS = [_site[2]] if IS_HTTPS else [_site[2], "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Everything that is not code
if not env.str("DATA_DIR"):
    stop("DATA_DIR", "must name a folder.")
DATA_DIR = (BASE_DIR / env.str("DATA_DIR")).resolve()
MEDIA_ROOT = DATA_DIR / "uploads"
STATIC_ROOT = DATA_DIR / "static"

INSTALLED_APPS = [
    "pages",
    "meetings",
    "partners",
    "sosafe_site.publishing",
    "sosafe_site.page_store",
    "sosafe_site.accounts",
    "sosafe_site.backup",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_prose_editor",
    "pages.admin_site.apps.AdminSiteConfig",  # django.contrib.admin, with a first page of our own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "sosafe_site.middleware.logged",
    "sosafe_site.middleware.security_headers",
    "sosafe_site.middleware.asked_by_machines",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",  # needs no session, and gives the next its token
    "sosafe_site.middleware.keep_typed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "sosafe_site.middleware.publish_due",
    "sosafe_site.middleware.as_at",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sosafe_site.middleware.second_factor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sosafe_site.middleware.texts",  # before as_at, which adds the day to links
    "sosafe_site.middleware.integrity",
]

ROOT_URLCONF = "sosafe_site.urls"
WSGI_APPLICATION = "sosafe_site.wsgi.application"
APPEND_SLASH = True

# Database: SQLite in DATA_DIR unless DATABASE_URL names another
if env.str("DATABASE_URL"):
    if not env.str("DATABASE_URL").startswith(("postgres://", "postgresql://")):
        stop("DATABASE_URL", "must look like postgres://user:password@host/name, or be empty for SQLite in DATA_DIR.")
    DATABASES = {"default": env.db("DATABASE_URL", engine="sosafe_site.postgresql")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            # mode=rw: a missing database is an error, not a fresh empty one. `manage.py setup` makes the file.
            "NAME": f"{(DATA_DIR / 'sosafe.sqlite3').as_uri()}?mode=rw",
            "OPTIONS": {
                "uri": True,
                # Without these, officers who save in the same moment meet "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,  # seconds that an officer waits for a colleague's save, and not for what hangs
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "pages.context_processors.site",
            ],
        },
    }
]

# Language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "sosafe_site" / "locale"]  # Django's own words, in the officers'
USE_TZ = True
FORMAT_MODULE_PATH = "pages.admin_site.formats"

# Static files and uploads. Uploads have no address of their own: the documents' views serve them.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "sosafe_site.storage.UploadStorage"},
    "staticfiles": {"BACKEND": "sosafe_site.storage.StaticStorage"},
}
if env.str("STORAGE_URL"):
    _address = r"s3(\+http)?://[^:@/]+:[^:@/]+@[^@/?]+/[a-z0-9.-]{3,63}(\?region=[a-z0-9-]+)?"
    if not re.fullmatch(_address, env.str("STORAGE_URL")):
        stop("STORAGE_URL", "must look like s3://key:secret@host/bucket?region=eu-west-2, or be empty for DATA_DIR.")
    if not (find_spec("storages") and find_spec("boto3")):
        stop("STORAGE_URL", "needs packages: .venv/bin/pip install -r requirements-deploy.txt. Else it must be empty.")
    STORAGES["default"] = {"BACKEND": "sosafe_site.s3.Bucket", "OPTIONS": {"url": env.str("STORAGE_URL")}}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site's script reads them
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000  # of one form: a plan may have a hundred priorities
DATA_UPLOAD_MAX_NUMBER_FILES = 3  # of one form, which has one field for a file
FILE_UPLOAD_HANDLERS = [
    "sosafe_site.publishing.files.receiving.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "sosafe_site.publishing.files.receiving.OnDisk",
]

# E-mail: none is sent unless EMAIL_URL names a server (publishing/mail.py)
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
try:
    globals().update(env.email_url("EMAIL_URL") if env.str("EMAIL_URL") else {})
except ImproperlyConfigured:
    stop("EMAIL_URL", "must look like smtp+tls://user:password@host:587, or be empty, and no e-mail is sent.")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("FROM_EMAIL") or f"website@{_site[2]}"
EMAIL_TIMEOUT = 10  # seconds

# The link check never asks private addresses, such as those inside the council, unless this allows it
CHECK_PRIVATE_LINKS = env.bool("CHECK_PRIVATE_LINKS")

# What counts for a time, such as failed sign-ins, counts for all workers: in a table that `manage.py setup` makes
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "sosafe_cache",
        # So many that nobody can have a count of his forgotten by tries under other names
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# How long a sign-in lasts: sosafe_site/accounts/session_store.py
SESSION_ENGINE = "sosafe_site.accounts.session_store"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Sign-in
AUTHENTICATION_BACKENDS = ["sosafe_site.accounts.backend.OfficersBackend"]
SECOND_FACTOR = env.bool("SECOND_FACTOR")
if IS_HTTPS and not SECOND_FACTOR:
    stop("SECOND_FACTOR", "can be off only where the site is tried, never under https.")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "sosafe_site.accounts.mfa_adapter.SecondFactorAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute wrong
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator gave it; no officer waits for it
MFA_FORMS = {
    "authenticate": "sosafe_site.accounts.sign_in_forms.SecondStepForm",
    "reauthenticate": "sosafe_site.accounts.sign_in_forms.SecondStepAgainForm",
    "activate_totp": "sosafe_site.accounts.sign_in_forms.SetUpAppForm",
    "add_webauthn": "sosafe_site.accounts.sign_in_forms.AddPasskeyForm",
    "login_webauthn": "sosafe_site.accounts.sign_in_forms.SignInByPasskeyForm",
    "authenticate_webauthn": "sosafe_site.accounts.sign_in_forms.SecondStepByPasskeyForm",
    "reauthenticate_webauthn": "sosafe_site.accounts.sign_in_forms.PasskeyAgainForm",
    "edit_webauthn": "sosafe_site.accounts.sign_in_forms.RenamePasskeyForm",
}
ACCOUNT_ADAPTER = "sosafe_site.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "reauthenticate": "sosafe_site.accounts.sign_in_forms.PasswordAgainForm",
    "change_password": "sosafe_site.accounts.sign_in_forms.ChangedPasswordForm",
    "reset_password": "sosafe_site.accounts.new_password.ForgottenForm",
    "reset_password_from_key": "sosafe_site.accounts.new_password.NewPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = False  # a sign-in ends with the browser at the latest
ACCOUNT_EMAIL_VERIFICATION = "none"
# Failures in a time, for one address of the network and for one name or account, whether or not there is such a one.
# Times are short, since anybody can fail under another's name. A passkey is no guess, so it is not asked to wait.
ACCOUNT_RATE_LIMITS = {
    "login_failed_from": "20/5m/ip",  # of passwords: accounts/adapter.py
    "login_failed": "5/5m/key",  # of passwords and of codes, at sign-in and before what is dangerous
    "login": None,
    "reauthenticate": None,
    "change_password": "10/5m/user",
    "reset_password": "20/5m/ip,3/5m/key",
    "reset_password_from_key": "20/5m/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/5m/ip"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "sosafe_site.accounts.links.Links"  # noqa: S105  # a class
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

# Of what came through proxies, only so many are believed to tell from where
PROXIES = env.int("PROXIES")
if PROXIES < 0:
    stop("PROXIES", "must be the number of your own proxies in front of the site, such as 1 for nginx, or 0 for none.")

# Security
CSRF_FAILURE_VIEW = "pages.views.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
if IS_HTTPS:  # a name that browsers take from this very host alone, and not from another site of its domain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # it ends with the browser, as the sign-in does
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
# Whoever asks without a proxy can claim https too, and gains nothing by it: all that it lifts is what protects him
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# A choice: each would bind every other site of the domain, which may be a council's
SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = env.bool("HSTS_SUBDOMAINS"), env.bool("HSTS_PRELOAD")
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    stop("HSTS_PRELOAD", "can be on only together with HSTS_SUBDOMAINS: browsers' lists take no other sites.")
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_INCLUDE_SUBDOMAINS else ["security.W005"]
SILENCED_SYSTEM_CHECKS += [] if SECURE_HSTS_PRELOAD else ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Logs go to standard error, where the service manager keeps them, and tell nobody's whole address.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "sosafe_site.logs.Line", "format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "sosafe_site.logs.Json"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "line" if sys.stderr.isatty() else "json",  # whoever sits at a terminal reads it himself
        },
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # what readers mistype is no news
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
        "_granian": {"handlers": ["stderr"], "propagate": False},
        "granian.access": {"handlers": ["nowhere"], "propagate": False},
        "gunicorn.access": {"handlers": ["nowhere"], "propagate": False},  # who reads what is nobody's business
    },
}
