import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosafe_site.settings")
django_alone = get_wsgi_application()

from sosafe_site.page_store.store import Store  # noqa: E402  # it asks tables, which Django knows only from here on

application = django_alone if settings.DEBUG else Store(django_alone)
