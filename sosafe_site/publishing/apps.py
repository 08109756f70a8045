from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "sosafe_site.publishing"
    label = "publishing"
    verbose_name = "Documents, addresses and reviews"
