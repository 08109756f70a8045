from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sosafe_site.accounts"
    verbose_name = "Accounts"
