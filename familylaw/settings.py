"""Settings, read from the environment. Insecure ones are refused in checks.py."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.contrib.messages import constants as messages
from django.utils.translation import gettext_lazy as _

from familylaw.database_settings import database_settings

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "")
    return default if value == "" else value.lower() in {"1", "true", "yes", "on"}


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


# The demo: "porvoo", "turku" or "" for a real unit.
DEMO = os.environ.get("DEMO", "")
DEBUG = _flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = _words("SECRET_KEY_FALLBACKS")
# The key of personal links, independent of SECRET_KEY.
LINK_KEY = os.environ.get("LINK_KEY") or (SECRET_KEY if DEMO else "")
# The key of the ids of calendar entries. It outlives a leak of LINK_KEY: nothing opens by it.
CALENDAR_KEY = os.environ.get("CALENDAR_KEY") or LINK_KEY
# Keys of clients' pseudonyms in the access log. The first one writes, all of them search: put a new one
# before the old ones.
ACCESS_LOG_KEYS = _words("ACCESS_LOG_KEY") or [LINK_KEY, *SECRET_KEY_FALLBACKS]
ALLOWED_HOSTS = _words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")
# The public address of the site; links in messages begin with it.
SITE_URL = os.environ.get("SITE_URL", "").rstrip("/")
# A real unit that is tried out on one's own machine: without https, and perhaps without a mail server.
TRIAL = _flag("TRIAL")

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # Parents' sign-in to a draft and the organisation's for staff: none of its own addresses is used.
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "csp",
    "django_htmx",
    "phonenumber_field",
    "procrastinate.contrib.django",
    "office",
    "bookings",
    "walkin",
    "referrals",
    "plans",
    "evenings",
    "familylaw",
    *(["demo", "styleguide"] if DEMO else []),
]

MIDDLEWARE = [
    "familylaw.stack_room.room_for_frames",
    "familylaw.request_ids.RequestIdMiddleware",
    "familylaw.health.HealthMiddleware",
    "familylaw.metrics.page.MetricsMiddleware",
    "familylaw.metrics.requests.MeasuringMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "familylaw.front_door.FrontDoorMiddleware",
    "familylaw.outage.OutageMiddleware",
    "office.core.set_up_cache.SetUpCacheMiddleware",
    "office.ui.sent_once.SentOnceMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "office.staff.middleware.BegunMiddleware",
    "office.staff.middleware.SessionExpiryMiddleware",
    "office.core.browser_seal.BrowserSealMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "familylaw.partial_languages.PartialLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "office.sign_in.session_guard.SessionGuardMiddleware",
    # The page has the policy with its own nonce already.
    "office.ui.sent_once.KeptPageMiddleware",
    "familylaw.not_allowed.NotAllowedPageMiddleware",
    "familylaw.opening.OpeningMiddleware",
]

ROOT_URLCONF = "familylaw.urls"
WSGI_APPLICATION = "familylaw.wsgi.application"

TEMPLATES = [
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
                "csp.context_processors.nonce",
                "familylaw.context.house",
            ],
        },
    },
    # Letters: plain text, in which nothing is escaped.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "text",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "autoescape": False,
            "builtins": ["django.templatetags.i18n", "office.templatetags.house"],
        },
    },
]
FORM_RENDERER = "office.ui.form_renderer.FormRenderer"

# Seconds that a page waits for an unresponsive database.
DATABASE_PATIENCE = 4
# launcher.database starts the embedded server where DATABASE_URL is not set.
DATABASES = {
    "default": database_settings(
        os.environ.get("DATABASE_URL") or "postgresql://localhost/familylaw"
    )
}
DATABASES["default"]["OPTIONS"] = {
    # Notice an unreachable server within seconds, while connecting and during a query (milliseconds).
    "connect_timeout": DATABASE_PATIENCE,
    "tcp_user_timeout": DATABASE_PATIENCE * 2000,
    **DATABASES["default"]["OPTIONS"],
}
# Connections kept open by each process; 0: one for each request.
DATABASE_POOL = int(os.environ.get("DATABASE_POOL", "8"))
if DATABASE_POOL:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL,
        # How long a page waits for a connection before it says that the service is away.
        "timeout": DATABASE_PATIENCE,
        # Short, or the pool would still wait after the server is back.
        "reconnect_timeout": DATABASE_PATIENCE,
    }
# Replace connections that a restart of the server has cut.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["ATOMIC_REQUESTS"] = False

AUTH_USER_MODEL = "office.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "office.sign_in.passwords.NameInPasswordValidator"},
    {"NAME": "office.sign_in.passwords.GuessableWordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Staff accounts are made by the manager: nobody signs up.
ACCOUNT_ADAPTER = "familylaw.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
# Passwords are limited by office.sign_in.limits; this limits the second step.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/300s/key"}
# Seconds for which a reauthentication counts as recent.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "office.sign_in.password_links.PasswordLinkTokens"  # noqa: S105
MFA_ADAPTER = "familylaw.accounts.SecondFactorAdapter"
# Outside the demo staff must have a second step: a passkey, a security key or an app.
REQUIRE_SECOND_FACTOR = _flag("REQUIRE_SECOND_FACTOR", default=not DEMO)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# The manager hands over accounts in person: a second step needs no verified e-mail address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
# Nothing can be guessed there, so nobody behind a shared address is locked out.
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
# The clock of a phone may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "add_webauthn": "familylaw.key_forms.AddKeyForm",
    "edit_webauthn": "familylaw.key_forms.EditKeyForm",
}

CACHES = {
    "default": {
        # Sign-in attempts are counted here: no entry may be evicted early, however many names are tried.
        "BACKEND": "office.core.json_cache.JSONDatabaseCache",
        "KEY_FUNCTION": "office.core.json_cache.hashed_key",
        "LOCATION": "cache",
    }
}

# Strong sign-in for drafts of parenting plans, by OpenID Connect. Off unless the server is named.
PLAN_SIGN_IN_SERVER = os.environ.get("PLAN_SIGN_IN_SERVER", "").rstrip("/")
PLAN_SIGN_IN_NAME = os.environ.get("PLAN_SIGN_IN_NAME", "") or urlsplit(PLAN_SIGN_IN_SERVER).netloc
PLAN_SIGN_IN_CLIENT = os.environ.get("PLAN_SIGN_IN_CLIENT", "")
# Together with a person's subject it opens their bound draft. If it changes, no bound draft opens.
PLAN_SIGN_IN_KEY = os.environ.get("PLAN_SIGN_IN_KEY", "")
SOCIALACCOUNT_ADAPTER = "familylaw.providers.ProvidersAdapter"


# Sign-in of staff at their organisation, by OpenID Connect. Off unless server and roles are named.
STAFF_SIGN_IN_SERVER = os.environ.get("STAFF_SIGN_IN_SERVER", "").rstrip("/")
STAFF_SIGN_IN_NAME = (
    os.environ.get("STAFF_SIGN_IN_NAME", "") or urlsplit(STAFF_SIGN_IN_SERVER).netloc
)
STAFF_SIGN_IN_CLIENT = os.environ.get("STAFF_SIGN_IN_CLIENT", "")
# The claim with the groups, and the role of each: "manager=id1|id2, secretary=id3".
STAFF_SIGN_IN_GROUPS = os.environ.get("STAFF_SIGN_IN_GROUPS", "groups")
STAFF_SIGN_IN_ROLES = {
    role.strip(): [group.strip() for group in groups.split("|") if group.strip()]
    for role, _equals, groups in (each.partition("=") for each in _words("STAFF_SIGN_IN_ROLES"))
}
# Always ask for a sign-in, even if the provider remembers one: desks are shared.
STAFF_SIGN_IN_ALWAYS_ASKS = _flag("STAFF_SIGN_IN_ALWAYS_ASKS", default=True)
# Values of the claims amr and acr that mean that a second step was asked for.
STAFF_SIGN_IN_SECOND_FACTOR = _words("STAFF_SIGN_IN_SECOND_FACTOR", "mfa")


def sign_in_app(
    provider_id: str, server: str, client: str, secret: str, name: str, **auth_params: str
) -> dict[str, object]:
    """Configure one provider for the library: no more is asked for than who it is."""
    return {
        "provider_id": provider_id,
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {
            "server_url": server,
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile"],
            "auth_params": auth_params,
        },
    }


def sign_in_providers(
    server: str, client: str, secret: str, name: str, *more: dict[str, object]
) -> dict[str, object]:
    """Return the providers: parents sign in anew each time; and the others as given."""
    plan = [sign_in_app("plan", server, client, secret, name, prompt="login")] if server else []
    return {"openid_connect": {"APPS": [*plan, *more]}}


SOCIALACCOUNT_PROVIDERS = sign_in_providers(
    PLAN_SIGN_IN_SERVER,
    PLAN_SIGN_IN_CLIENT,
    os.environ.get("PLAN_SIGN_IN_SECRET", ""),
    PLAN_SIGN_IN_NAME,
    *(
        [
            sign_in_app(
                "staff",
                STAFF_SIGN_IN_SERVER,
                STAFF_SIGN_IN_CLIENT,
                os.environ.get("STAFF_SIGN_IN_SECRET", ""),
                STAFF_SIGN_IN_NAME,
            )
        ]
        if STAFF_SIGN_IN_SERVER
        else []
    ),
)

# Servers of the tests, host:port, which are asked for calendars and pages though they are on this machine
# and without https. Refused outside the demo, see familylaw/checks.py.
OUTSIDE_TEST_HOSTS = _words("OUTSIDE_TEST_HOSTS")

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "fi"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("fi", "sv", "en")
TIME_ZONE = "Europe/Helsinki"
USE_I18N = True
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = "FI"

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# Our own templates, in templates/familylaw/.
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "familylaw"
CRISPY_FAIL_SILENTLY = False

# The tones of a notice.
MESSAGE_TAGS = {messages.SUCCESS: "good", messages.WARNING: "wait", messages.ERROR: "bad"}
# Not in a cookie: messages to the secretary may contain names and phone numbers.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "office.sign_in.session_store"
SESSION_COOKIE_AGE = 60 * 60 * 8
# A staff sign-in ends this many hours after it began, used or not.
SESSION_HOURS_AT_MOST = int(os.environ.get("SESSION_HOURS_AT_MOST", "12"))
# Idle minutes after which staff screens lock, unless the unit has chosen otherwise for a role.
LOCK_SCREENS_AFTER = int(os.environ.get("LOCK_SCREENS_AFTER", "0" if DEMO else "15"))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
# Forms under these paths are not even kept for an hour when a session has ended: parents' plans and
# papers are sealed with their own links, nobody can read a private word, and passwords unlock a screen.
KEPT_NOWHERE = ("/plan/", "/prepare/", "/evenings/", "/session/")
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "office.sign_in.session_views.forged"
CSRF_COOKIE_SAMESITE = "Lax"
# It ends with the browser, as the session does.
CSRF_COOKIE_AGE = None
LANGUAGE_COOKIE_SAMESITE = "Lax"
# HTTPS is required except for a demo on one's own machine.
HTTPS = _flag("HTTPS", default=not (DEMO or DEBUG))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and _flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("BEHIND_PROXY") else None
# How many proxies of our own are in front; 0 trusts no X-Forwarded-For.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))
# Other names below the county's domain are not ours to bind (HSTS for subdomains, preload).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^version$", r"^metrics$"]
X_FRAME_OPTIONS = "DENY"
# Where the quick exit leads: a page that anybody might have open.
QUICK_EXIT_URL = os.environ.get("QUICK_EXIT_URL", "https://www.ilmatieteenlaitos.fi/")
# The address of the live process: "/live/" behind a proxy, a full address elsewhere. Empty: there is
# none, and pages reload every half a minute.
LIVE_URL = os.environ.get("LIVE_URL", "")
_live = urlsplit(LIVE_URL)
# Where the live process reads public parts once for all screens that show them; empty: each screen reads
# itself.
LIVE_READS_FROM = os.environ.get("LIVE_READS_FROM", "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *([f"{_live.scheme}://{_live.netloc}"] if _live.netloc else [])],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Without scripts the quick exit is a form that redirects to a neutral page.
        "form-action": [SELF, "{0.scheme}://{0.netloc}".format(urlsplit(QUICK_EXIT_URL))],
        "frame-ancestors": [NONE],
    }
}

# Seconds during which staff may undo an action, counted from when the page that says so is seen; its
# messages wait that long. Where no browser says that it was seen, they leave after the longer time.
UNDO_SECONDS = 10
UNDO_UNSEEN_SECONDS = 60

# Without a mail host or an SMS gateway messages stay on the outbox page and in files.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = _flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = int(os.environ.get("EMAIL_TIMEOUT", "20"))
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "no-reply@localhost")
SMS_GATEWAY_URL = os.environ.get("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN = os.environ.get("SMS_GATEWAY_TOKEN", "")
# A slow mail host must not delay other jobs; finished jobs are deleted.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 4, "delete_jobs": "successful"}
PROCRASTINATE_ON_APP_READY = "familylaw.request_ids.carry_into_jobs"
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / ".data"))

# Whom to tell of a vulnerability: mailto:… or https://…; empty: the unit's contact.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", "")

# What `manage.py doctor` looks at: the folder of the backups and how old the newest may be, the name
# of the key with which the mail host signs, another resolver than the system's (address or address:port).
BACKUP_DIR = os.environ.get("BACKUP_DIR", "")
BACKUP_HOURS_AT_MOST = int(os.environ.get("BACKUP_HOURS_AT_MOST", "26"))
DKIM_SELECTOR = os.environ.get("DKIM_SELECTOR", "")
DOCTOR_RESOLVER = os.environ.get("DOCTOR_RESOLVER", "")
# Who sends it as a bearer reads /metrics; empty: nobody does, and nothing is measured.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")

# Where errors are reported, by Sentry's protocol; empty: nowhere. See error_reports.py for what is told.
ERROR_REPORTS_DSN = os.environ.get("ERROR_REPORTS_DSN", "")
# "json": one object a line, with the id of the request.
LOG_FORMAT = os.environ.get("LOG_FORMAT") or "line"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "familylaw.json_lines.JSONLineFormatter"},
    },
    "filters": {
        "links": {"()": "familylaw.masking.MaskLinks"},
        "refusals": {"()": "familylaw.quiet_requests.QuietRefusals"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["links"]}
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    # The same at each start, it would hide the one sentence of a refusal.
    "loggers": {
        "django.request": {"filters": ["refusals"]},
        "procrastinate.periodic": {"level": "WARNING"},
        "procrastinate.blueprints": {"level": "WARNING"},
        "pikepdf._core": {"level": "WARNING"},
    },
}
