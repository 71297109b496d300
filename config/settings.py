"""Django's settings, driven by the environment (docs/operations.md lists every name)."""

from __future__ import annotations

from typing import Any

from config import environment
from linli.ui import unfold

UNFOLD = unfold.UNFOLD
BASE_DIR = environment.ROOT
LINLI_DATA_DIR = environment.data_dir()
SECRET_KEY = environment.secret_key(directory=LINLI_DATA_DIR)
DEBUG = environment.yes("LINLI_DEBUG")

LINLI_HTTP_HOST = environment.text("LINLI_HTTP_HOST", default="127.0.0.1")
LINLI_HTTP_PORT = environment.port("LINLI_HTTP_PORT", default=8000)
LINLI_MQTT_HOST = environment.text("LINLI_MQTT_HOST", default="127.0.0.1")
LINLI_MQTT_PORT = environment.port("LINLI_MQTT_PORT", default=1883)
LINLI_NATS_PORT = environment.port("LINLI_NATS_PORT", default=4222)
NATS_URL = environment.text("NATS_URL")
LINLI_PUBLIC_URL = environment.text("LINLI_PUBLIC_URL", default=f"http://127.0.0.1:{LINLI_HTTP_PORT}").rstrip("/")
LINLI_WEB_THREADS = environment.number("LINLI_WEB_THREADS", default=8, least=1, most=200)
LINLI_TRUSTED_PROXIES = environment.text("LINLI_TRUSTED_PROXIES", default="127.0.0.1")
LINLI_CANARY = environment.yes("LINLI_CANARY", default="1")
LINLI_DEADMAN_URL = environment.text("LINLI_DEADMAN_URL")
LINLI_METRICS_TOKEN = environment.text("LINLI_METRICS_TOKEN")
LINLI_BACKUP_DIR = environment.text("LINLI_BACKUP_DIR")
LINLI_BACKUP_MOUNT = environment.text("LINLI_BACKUP_MOUNT")
LINLI_BACKUP_AT = environment.clock("LINLI_BACKUP_AT", default="02:30")
LINLI_BACKUP_KEEP = environment.text("LINLI_BACKUP_KEEP", default="7,5,12")
LINLI_DISK_LOW_MB = environment.number("LINLI_DISK_LOW_MB", default=2048, least=100, most=10_000_000)
LINLI_DEMO = (LINLI_DATA_DIR / "demo.json").exists()
LINLI_DEMO_WEBHOOK = environment.text("LINLI_DEMO_WEBHOOK")

ALLOWED_HOSTS = environment.text("LINLI_ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [LINLI_PUBLIC_URL]

INSTALLED_APPS = [
    "linli.core",
    "linli.ui",
    "linli.accounts",
    "linli.audit",
    "linli.registry",
    "linli.notifications",
    "linli.scheduling",
    "linli.ledger",
    "linli.incidents",
    "linli.safety",
    "linli.casework",
    "linli.portal",
    "linli.desk",
    "linli.watching",
    "linli.journeys",
    "unfold.apps.BasicAppConfig",
    "linli.accounts.registers.config.RegistersConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "linli.accounts.middleware.IdleSignOutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linli.core.middleware.ContentSecurityMiddleware",
    "linli.core.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.ui.context.shell",
            ]
        },
    }
]
FORM_RENDERER = "linli.ui.forms.LinliRenderer"
LINLI_SHELL_URLS = {"search": "registry:search"}

DATABASES = {"default": environment.database(directory=LINLI_DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["linli.accounts.backends.RoleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
LINLI_IDLE_SECONDS = 30 * 60
# Failed sign-ins in a row that lock a name, and for how long.
LINLI_LOCK_AFTER = 5
LINLI_LOCK_MINUTES = 15
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LINLI_PUBLIC_URL.startswith("https:")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "linli_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "formatter": "line"},
        "count": {"class": "linli.core.metrics.ErrorCounter"},
    },
    "root": {"handlers": ["terminal", "count"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "uvicorn.error": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "apprise": {"level": "ERROR"},
    },
}
