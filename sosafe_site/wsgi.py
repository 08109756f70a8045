import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from sosafe_site.store import Store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosafe_site.settings")
application = get_wsgi_application()
if not settings.DEBUG:
    application = Store(application)
