"""What the site is measured against: the smallest Django there can be, and gunicorn without any Django."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

CONSTANT = b"x" * 9_000  # about as many bytes as a page under brotli


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(CONSTANT, headers={"Content-Length": len(CONSTANT)})


urlpatterns = [path("", constant)]
if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bare", USE_I18N=False)
    application = get_wsgi_application()


def raw(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(CONSTANT)))])
    return [CONSTANT]
