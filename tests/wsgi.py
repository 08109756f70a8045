"""The site without the keeper of its copy, which would take time from the tests beside it after each save."""

from sosafe_site import wsgi  # first: it sets Django up
from sosafe_site.page_store.store import Store

application = Store(wsgi.django_alone)
