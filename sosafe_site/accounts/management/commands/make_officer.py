import secrets
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from sosafe_site.accounts.audit import account_saved, roles_of
from sosafe_site.accounts.leavers import take_away_second_factors
from sosafe_site.accounts.roles import ADMINISTRATOR, ROLES
from sosafe_site.publishing.models.audit import AuditEntry, audit

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike: i, l, o, 0, 1


def new_password() -> str:
    """Twenty characters in groups of four, such as a person can read from one screen and type on another."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(5))


class Command(BaseCommand):
    help = (
        "Makes an officer's account, or gives the one of that name a new password, and another role if one is named. "
        "The last resort when nobody can sign in any more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="officer")
        parser.add_argument("--role", type=str.title, choices=ROLES, help=f"If none is named: {ADMINISTRATOR}.")
        parser.add_argument(
            "--second-factor-lost", action="store_true", help="Takes it away, to be set up anew at the next sign-in."
        )

    def handle(self, *args: Any, name: str, role: str | None, second_factor_lost: bool, **options: Any) -> None:
        try:
            officer = User.objects.filter(username=name).first()
        except DatabaseError as error:
            raise CommandError(f"The database isn't ready ({error}). Run `make run` once, then try again.") from error
        if officer:
            done = f"The account {name} was there already and has a new password."
        else:
            officer, role = User(username=name), role or ADMINISTRATOR
            done = f"Made the account {name}."
        officer.is_staff = officer.is_active = True
        password = new_password()
        officer.set_password(password)
        try:
            officer.full_clean()
        except ValidationError as error:
            raise CommandError(f"There can't be an account of that name: {' '.join(error.messages)}") from error
        before = roles_of(officer) if officer.pk else ""
        with transaction.atomic():
            officer.save()
            if second_factor_lost:
                take_away_second_factors(officer)
                audit(AuditEntry.Kind.FACTOR_REMOVED, by=None, record=officer)
            if role:
                officer.groups.set([Group.objects.get(name=role)])
            account_saved(None, officer, {"password": "Password, by whoever runs the site"}, before)
        roles = ", ".join(officer.groups.values_list("name", flat=True)) or "none"
        self.stdout.write(f"{done} Write the password down, it is shown only now:")
        self.stdout.write(f"  name:     {name}\n  password: {password}\n  role:     {roles}")
