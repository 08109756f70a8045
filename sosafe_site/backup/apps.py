from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "sosafe_site.backup"
