from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import import_string

from sosafe_site.page_store.content_mark import begin_migrating, end_migrating, listen


class PageStoreConfig(AppConfig):
    name = "sosafe_site.page_store"

    def ready(self) -> None:
        """Its table is one of publishing's; an app without tables is told of no migration."""
        publishing = apps.get_app_config("publishing")
        connection_created.connect(listen)
        # Which knows models, of which there are none before this
        connection_created.connect(import_string("sosafe_site.page_store.gone.listen"))
        pre_migrate.connect(begin_migrating, sender=publishing)
        post_migrate.connect(end_migrating, sender=publishing)
