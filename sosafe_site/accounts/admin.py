"""The accounts of officers: what each may do comes from its role, and from nothing else."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from sosafe_site.accounts.roles import ADMINISTRATOR, IN_WORDS
from sosafe_site.publishing.admin import OfficersAdmin
from sosafe_site.publishing.admin.forms import SparingForm
from sosafe_site.publishing.text.tidy import tidy

ROLE: tuple[str, Any] = ("Role", {"fields": ["groups"]})


class RoleFilter(admin.RelatedFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "role"


class AccountForm(SparingForm, UserChangeForm):
    def clean(self):
        cleaned = super().clean()
        can_enter = cleaned.get("is_active", self.instance.is_active)
        roles = cleaned["groups"] if "groups" in cleaned else self.instance.groups.all()
        is_administrator = self.instance.is_superuser or ADMINISTRATOR in {role.name for role in roles}
        if not (can_enter and is_administrator):
            make_sure_of_another_administrator(self.instance)
        return cleaned


class PasswordForm(AdminPasswordChangeForm):
    def clean_usable_password(self):
        """Raises ValidationError, beside the choice, when nobody who is left could sign in."""
        choice = self.cleaned_data["usable_password"]
        if choice == "false":
            make_sure_of_another_administrator(self.user)
        return choice


def make_sure_of_another_administrator(account):
    """Raises ValidationError when this is the last who can sign in and look after accounts and settings."""
    can_enter = User.objects.filter(is_active=True, is_staff=True).exclude(password="")
    can_enter = can_enter.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    administrators = can_enter.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR))
    if {administrator.pk for administrator in administrators} == {account.pk}:
        raise ValidationError("Nobody else is an administrator. Make another account one first.")


class AccountAdmin(OfficersAdmin, UserAdmin):
    """No form offers to make a superuser or to give single rights, so nobody can give what he hasn't got."""

    form = AccountForm
    change_password_form = PasswordForm

    list_display = ["username", "first_name", "last_name", "roles", "is_active", "last_seen"]
    list_filter = [("groups", RoleFilter), "is_active"]
    filter_horizontal = []
    add_fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        ("Password", {"fields": ["password1", "password2"]}),
        ROLE,
    ]
    fieldsets = [
        (None, {"fields": ["username", "sign_in", "first_name", "last_name", "email"]}),
        ROLE,
        (
            "Access",
            {
                "fields": ["is_active", "last_login", "date_joined"],
                "description": "An account is never deleted, since the history says who changed what. "
                "If somebody leaves, take away the tick.",
            },
        ),
    ]
    readonly_fields = ["sign_in", "last_login", "date_joined"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="role")
    def roles(self, account):
        names = ", ".join(sorted(group.name for group in account.groups.all()))
        return "All rights, from whoever runs the site" if account.is_superuser else names or "None"

    @admin.display(description="password")
    def sign_in(self, account):
        """Of a password nobody can see more than whether there is one."""
        has_one = account.has_usable_password()
        state, offer = ("Is set.", "Give another") if has_one else ("None: nobody can sign in.", "Give one")
        address = reverse("admin:auth_user_password_change", args=[account.pk])
        return format_html('{} <a href="{}">{}</a>', state, address, offer)

    @admin.display(description="last signed in", ordering="last_login")
    def last_seen(self, account):
        return account.last_login and account.last_login.date()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        lines = format_html_join("", "<li>{}: {}</li>", IN_WORDS.items())
        kwargs |= {"widget": forms.CheckboxSelectMultiple, "label": "Role", "required": True}
        help_text = format_html("<ul>{}</ul>", lines)
        return super().formfield_for_manytomany(db_field, request, **kwargs, help_text=help_text)

    def get_readonly_fields(self, request, obj=None):
        """Nobody changes his own role or locks himself out: another administrator does."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "groups", "is_active"] if obj == request.user else fields

    def save_model(self, request, obj, form, change):
        obj.is_staff = True
        obj.first_name, obj.last_name = (tidy(name, is_one_line=True) for name in (obj.first_name, obj.last_name))
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None):
        is_theirs = obj is None or not obj.is_superuser or request.user.is_superuser
        return is_theirs and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False
