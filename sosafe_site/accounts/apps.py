from importlib import import_module

from django.apps import AppConfig

from sosafe_site.accounts.began import listen


class AccountsConfig(AppConfig):
    name = "sosafe_site.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        listen()
        # These need models, which are there only now
        import_module("sosafe_site.accounts.sessions").listen()
