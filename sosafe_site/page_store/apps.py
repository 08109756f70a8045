from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from sosafe_site.page_store.content_mark import begin_migrating, end_migrating, listen


class PageStoreConfig(AppConfig):
    name = "sosafe_site.page_store"

    def ready(self) -> None:
        """Its table is one of publishing's; an app without tables is told of no migration."""
        publishing = apps.get_app_config("publishing")
        connection_created.connect(listen)
        pre_migrate.connect(begin_migrating, sender=publishing)
        post_migrate.connect(end_migrating, sender=publishing)
