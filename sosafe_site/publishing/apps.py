from django.apps import AppConfig
from django.db.models.signals import post_migrate

from sosafe_site.publishing.audit_guard import guard


class PublishingConfig(AppConfig):
    name = "sosafe_site.publishing"
    label = "publishing"
    verbose_name = "Documents, addresses and reviews"

    def ready(self) -> None:
        post_migrate.connect(guard, sender=self)
