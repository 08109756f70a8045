from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from sosafe_site.publishing.content import begin_migrating, end_migrating, listen


class PublishingConfig(AppConfig):
    name = "sosafe_site.publishing"
    label = "publishing"
    verbose_name = "Documents, addresses and reviews"

    def ready(self) -> None:
        connection_created.connect(listen)
        pre_migrate.connect(begin_migrating, sender=self)
        post_migrate.connect(end_migrating, sender=self)
