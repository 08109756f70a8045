"""The accounts of officers: what each may do comes from its role, and from nothing else."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join

from sosafe_site.accounts.acts import ActsAdmin
from sosafe_site.accounts.audit import account_saved, roles_of
from sosafe_site.accounts.leavers import is_anonymous, make_sure_of_another_administrator
from sosafe_site.accounts.letters import send_later
from sosafe_site.accounts.roles import ADMINISTRATOR, IN_WORDS
from sosafe_site.publishing.admin.forms import SparingForm
from sosafe_site.publishing.fresh import demand_fresh_sign_in
from sosafe_site.publishing.text.tidy import tidy

NAME_SIGNS = "Use letters without accents, numbers, and the signs . - _ + @ only."

INVITATION_ENDED = "An invitation that went to the former e-mail address has ended. Make a new one."


class RoleFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "role"


class OpenFilter(admin.BooleanFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "whether it is open"


class AccountForm(SparingForm):
    """Without a password: whoever owns the account chooses it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "email" in self.fields:  # which the first account, made in a terminal, may never have got
            self.fields["email"].required = not self.instance.pk or bool(self.instance.email)

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if name != self.instance.username:
            ASCIIUsernameValidator(message=NAME_SIGNS)(name)
            if self.others.filter(username__iexact=name).exists():
                raise ValidationError("Another account has this name already. Choose a different one.")
        return name

    def clean_email(self) -> str:
        address = self.cleaned_data["email"]
        other = self.others.filter(email__iexact=address).first() if address else None
        if other:
            raise ValidationError(
                f"The account {other} has this e-mail address already. Give another one"
                f"{', or change that account' if other.is_active else ', or reopen that account'}."
            )
        return address

    @property
    def others(self) -> Any:
        return User.objects.exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        roles = cleaned["groups"] if "groups" in cleaned else self.instance.groups.all() if self.instance.pk else []
        is_administrator = self.instance.is_superuser or ADMINISTRATOR in {role.name for role in roles}
        if self.instance.pk and not is_administrator:
            make_sure_of_another_administrator(self.instance)
        return cleaned


class AccountAdmin(ActsAdmin):
    """No form offers to make a superuser or to give single rights, so nobody can give what he hasn't got."""

    form = AccountForm

    list_display = ["username", "first_name", "last_name", "roles", "state", "last_seen"]
    list_filter = [("groups", RoleFilter), ("is_active", OpenFilter)]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "email", "first_name", "last_name"]}),
        ("Role", {"fields": ["groups"]}),
    ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Asked before the form is filled in, too."""
        demand_fresh_sign_in(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def lookup_allowed(self, lookup, value, request=None):
        """Or a list could be asked for the password, one character after the other."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    @admin.display(description="role")
    def roles(self, account):
        names = ", ".join(sorted(group.name for group in account.groups.all()))
        return "All rights, from whoever runs the site" if account.is_superuser else names or "None"

    @admin.display(description="state", ordering="is_active")
    def state(self, account):
        if not account.is_active:
            return "Closed"
        return "Open" if account.has_usable_password() else "Waits for its password"

    @admin.display(description="last signed in", ordering="last_login")
    def last_seen(self, account):
        return account.last_login and account.last_login.date()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        lines = format_html_join("", "<li>{}: {}</li>", IN_WORDS.items())
        kwargs |= {"widget": forms.CheckboxSelectMultiple, "label": "Role", "required": True}
        help_text = format_html("<ul>{}</ul>", lines)
        return super().formfield_for_manytomany(db_field, request, **kwargs, help_text=help_text)

    def get_readonly_fields(self, request, obj=None):
        """Nobody changes his own role: another administrator does."""
        return ["groups"] if obj == request.user else []

    def save_model(self, request, obj, form, change):
        obj.is_staff = True
        obj.first_name, obj.last_name = (tidy(name, is_one_line=True) for name in (obj.first_name, obj.last_name))
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        former = form.initial.get("email")
        if former and "email" in form.changed_data:
            words = "An administrator gave your account another e-mail address, to which its links go from now on"
            transaction.on_commit(partial(send_later, "changed", obj, to=former, what=words))
            if not obj.has_usable_password():
                self.message_user(request, INVITATION_ENDED, messages.WARNING)

    def response_add(self, request, obj, post_url_continue=None):
        return redirect(self.own_url("link", obj.pk))

    def audited_as(self, *, is_new):
        """save_related() writes what was changed."""

    def save_related(self, request, form, formsets, change):
        before = roles_of(form.instance) if change else ""
        super().save_related(request, form, formsets, change)
        labels = {name: str(form.fields[name].label) for name in form.changed_data}
        account_saved(request.user, form.instance, labels, before)

    def has_change_permission(self, request, obj=None):
        is_theirs = obj is None or not obj.is_superuser or request.user.is_superuser
        is_somebodys = obj is None or not is_anonymous(obj)
        return is_theirs and is_somebodys and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False
