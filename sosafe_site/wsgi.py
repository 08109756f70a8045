import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosafe_site.settings")
django_alone = get_wsgi_application()

from sosafe_site.page_store.keeper import kept_whole  # noqa: E402  # which asks models, so Django has to be set up
from sosafe_site.page_store.store import Store  # noqa: E402  # so does this

application = django_alone if settings.DEBUG else kept_whole(Store(django_alone))
