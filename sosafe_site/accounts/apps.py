from importlib import import_module

from django.apps import AppConfig

from sosafe_site.accounts.began import listen


class AccountsConfig(AppConfig):
    name = "sosafe_site.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        listen()
        # These need models, which are there only now
        for name in ("audit", "sessions"):
            import_module(f"sosafe_site.accounts.{name}").listen()
