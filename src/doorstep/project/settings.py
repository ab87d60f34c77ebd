"""Django's settings, made from the configuration."""

from __future__ import annotations

import sys
from urllib.parse import parse_qs, unquote, urlsplit

from doorstep.project import embedded
from doorstep.project.config import load
from doorstep.project.keys import keys_from

DOORSTEP = load()
"""The configuration, for the floors below: ``settings.DOORSTEP.text("organisation")``."""

_keys = keys_from(DOORSTEP.keys_file)
FERNET_KEYS = _keys.fernet
SECRET_KEY = _keys.django
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in DOORSTEP.text("allowed_hosts").split(",") if host.strip()]

INSTALLED_APPS = [
    "doorstep.web",  # first: its templates dress those of allauth
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "doorstep.people",
    "doorstep.connections",
    "doorstep.library",
    "doorstep.cases",
    "doorstep.insight",
    "doorstep.stewardship",
]
AUTH_USER_MODEL = "people.Account"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # each app keeps its jobs in one module

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "doorstep.web.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "doorstep.web.middleware.ReadOnce",
    "doorstep.web.middleware.OpenedByHand",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
]
ROOT_URLCONF = "doorstep.project.urls"
WSGI_APPLICATION = "doorstep.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def database_from(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "doorstep.project.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # The hot path runs on this connection with prepared statements; default options cost 0.57 of the limit.
        "OPTIONS": {"prepare_threshold": 1, **query},
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def _embedded(*, owner: bool) -> dict[str, object]:
    """Return the settings of the embedded server, which starts with the first connection."""
    place = {"folder": str(DOORSTEP.data / "postgres"), "owner": owner}
    return {**database_from(f"postgresql:///{embedded.DATABASE}"), "EMBEDDED": place}


_app_url = DOORSTEP.text("database.url")
APPLICATION_ROLE = unquote(urlsplit(_app_url).username or "") if _app_url else embedded.APP
"""The database role the application runs as; `doorstep migrate` gives it its rights."""
_owner_url = DOORSTEP.text("database.owner_url") or _app_url
_migrating = "migrate" in sys.argv[1:3] or "makemigrations" in sys.argv[1:3]
OWNER_DATABASE = database_from(_owner_url) if _owner_url else _embedded(owner=True)
DATABASES = {
    "default": OWNER_DATABASE if _migrating else (database_from(_app_url) if _app_url else _embedded(owner=False))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # the screens speak one language; pages and replies may be in any
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the wheel's own files, no collecting
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by invitation to the address
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "doorstep.web.accounts.InvitedOnly"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DOORSTEP.flag("secure")
CSRF_TRUSTED_ORIGINS = [DOORSTEP.text("base_url").rstrip("/")]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer would send forms with the origin "null", which CSRF refuses
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"doorstep": {"level": "INFO"}},
}
