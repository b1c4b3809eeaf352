"""Django with its OAuth toolkit, and an API of the REST framework, as the packages of Debian have them."""

import os
import subprocess
import sys

import django
from django.conf import settings

port = sys.argv[1]
site = os.environ["SITE_ORIGIN"]
key = subprocess.run(
    ["openssl", "genrsa", "2048"], check=True, capture_output=True, text=True
).stdout


def allowing_the_site(get_response):
    """CORS, as django-cors-headers does it."""

    def middleware(request):
        response = HttpResponse() if request.method == "OPTIONS" else get_response(request)
        response["Access-Control-Allow-Origin"] = site
        response["Access-Control-Allow-Headers"] = "authorization, content-type"
        return response

    return middleware


settings.configure(
    SECRET_KEY="a secret of the tests",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "data.db"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
        "rest_framework",
    ],
    MIDDLEWARE=[
        f"{__name__}.allowing_the_site",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    LOGIN_URL="/signs-ada-in/",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": key,
        "PKCE_REQUIRED": True,
        "SCOPES": {"openid": "OpenID", "read": "Read", "write": "Write"},
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 30,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "oauth2_provider.contrib.rest_framework.OAuth2Authentication"
        ],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    },
)
django.setup()

from django.contrib.auth import get_user_model, login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from oauth2_provider.models import AccessToken, Application, RefreshToken  # noqa: E402
from oauth2_provider.views import ConnectDiscoveryInfoView  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402


def sign_ada_in(request):
    login(request, get_user_model().objects.get(username="ada"))
    return HttpResponseRedirect(request.GET["next"])


@api_view(["GET"])
def rows(request):
    return Response([{"id": 1, "name": "Bell Rock"}])


@csrf_exempt
def refuse(request):
    """What an administrator does: no access token is good any more."""
    AccessToken.objects.update(expires="2000-01-01T00:00:00Z")
    return JsonResponse({})


@csrf_exempt
def end(request):
    """The same for refresh tokens."""
    RefreshToken.objects.all().delete()
    return JsonResponse({})


urlpatterns = [
    # Newer versions of the toolkit have it without a slash at its end.
    path("o/.well-known/openid-configuration", ConnectDiscoveryInfoView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("signs-ada-in/", sign_ada_in),
    path("rows", rows),
    path("refuse", refuse),
    path("end", end),
]

call_command("migrate", verbosity=0)
get_user_model().objects.create_user("ada", "ada@example.com", "lighthouse-1887")
Application.objects.create(
    client_id="spa",
    client_type=Application.CLIENT_PUBLIC,
    authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    redirect_uris=f"{site}/signed-in",
    algorithm=Application.RS256_ALGORITHM,
    skip_authorization=True,
)
call_command("runserver", f"localhost:{port}", use_reloader=False)
