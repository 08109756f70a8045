from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.urls import path

from sosafe_site.publishing.admin import editor
from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models import AuditEntry, Document
from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.moving import further_path


class AddressForm(forms.ModelForm):
    leads_to = forms.ModelChoiceField(
        Address.objects.all(),
        label="Leads to",
        help_text="An address of this site. It may move on: the old one follows it for ever.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        leads_to: Any = self.fields["leads_to"]
        leads_to.queryset = Address.objects.issued()

    class Meta:
        model = Address
        fields = ["path"]

    def clean_path(self):
        """Raises ValidationError for what is no path, and for what is another's or the site's own."""
        return further_path(self.cleaned_data["path"])

    def save(self, commit=True):
        to = self.cleaned_data["leads_to"]
        self.instance.model, self.instance.record, self.instance.issued_at = to.model, to.record, moment()
        return super().save(commit)


@admin.register(Address)
class AddressAdmin(OfficersAdmin):
    """Every address ever given out, to look up; and the place to take in those of a former site."""

    form = AddressForm
    list_display = ["path", "issued_at", "erased_because"]
    search_fields = ["path"]

    def get_urls(self):
        """Where the text editor asks."""
        own = [
            path(f"{view.__name__}/", self.admin_site.admin_view(view), name=f"publishing_address_{view.__name__}")
            for view in (editor.links, editor.shown, editor.advice, editor.paste)
        ]
        return [*own, *super().get_urls()]

    def get_fields(self, request, obj=None):
        return ["path", "issued_at", "erased_because"] if obj else ["path", "leads_to"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if not obj:
            form.base_fields["leads_to"].widget = AutocompleteSelect(
                Document._meta.get_field("replaced_by"), self.admin_site
            )
        return form

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def audited_as(self, *, is_new):
        return AuditEntry.Kind.SETTINGS
