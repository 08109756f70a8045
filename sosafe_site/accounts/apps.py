from django.apps import AppConfig

from sosafe_site.accounts.began import listen


class AccountsConfig(AppConfig):
    name = "sosafe_site.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        listen()
