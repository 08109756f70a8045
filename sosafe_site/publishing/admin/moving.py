"""A record's other addresses, as a step of its own: with what will happen in words before it happens."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.text import slugify

from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.admin.submission import PUBLISH_PERMISSION, submission_of
from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.models.address import Address, paths_of
from sosafe_site.publishing.moving import further_path, give_further, move, would_move

MOST_SHOWN = 20


class MoveForm(forms.Form):
    slug = forms.CharField(
        label="New last part of the address",
        help_text="Short everyday words with hyphens between them, such as street-meets.",
        error_messages={"required": "Type the new last part of the address."},
    )

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record, self.present = record, record.slug
        self.moved: list[tuple[str, str]] = []

    def clean_slug(self) -> str:
        slug = slugify(self.cleaned_data["slug"])
        if not slug:
            raise ValidationError("Use letters, figures and hyphens.")
        if slug == self.present:
            raise ValidationError("This is its address already. Type another.")
        try:
            self.moved = would_move(self.record, slug)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return slug


class FurtherForm(forms.Form):
    path = forms.CharField(
        label="Another address that leads to it",
        max_length=300,
        help_text="One word, such as community-trigger, or a path of a former website, such as "
        "/about-stevenage/so-safe/53824/.",
        error_messages={"required": "Type the address that is to lead here."},
    )

    def clean_path(self) -> str:
        return further_path(self.cleaned_data["path"])


class MovingAdmin(OfficersAdmin):
    def get_urls(self):
        return [self.own_path("<uuid:pk>/address/", self.address_view, "address"), *super().get_urls()]

    def get_object(self, request, object_id, from_field=None):
        """With where its addresses are changed, if this officer may."""
        record = super().get_object(request, object_id, from_field)
        if record and self.may_move(request, record):
            submission_of(request).address_url = self.own_url("address", record.pk)
        return record

    def may_move(self, request, record):
        """What readers have is changed by publishers; the address of what they don't have is a field of its form."""
        may = request.user.has_perm(PUBLISH_PERMISSION) and self.has_change_permission(request, record)
        return may and hasattr(record, "slug") and record.is_published

    def address_view(self, request, pk):
        record = get_object_or_404(self.model, pk=pk)
        if not (request.user.has_perm(PUBLISH_PERMISSION) and self.has_change_permission(request, record)):
            raise PermissionDenied
        if not self.may_move(request, record):
            raise Http404("It has given out no address that could change.")
        sent: Any = request.POST if request.method == "POST" else None
        further = FurtherForm(sent if sent and "path" in sent else None)
        moving = MoveForm(sent if sent and "slug" in sent else None, record=record, initial={"slug": record.slug})
        title, present, stays = str(record), record.get_absolute_url(), record.why_it_stays()
        if further.is_valid():
            give_further(record, further.cleaned_data["path"], request.user)
            said = f"{further.cleaned_data['path']} leads to “{title}” from now on."
            self.message_user(request, said, messages.SUCCESS)
            return redirect(request.path)
        is_sure = not stays and moving.is_valid() and sent.get("seen") == moving.cleaned_data["slug"]
        if is_sure:
            record.refresh_from_db()
            move(record, moving.cleaned_data["slug"], request.user)
            said = f"“{title}” is now at {record.get_absolute_url()}. {present} leads there."
            self.message_user(request, said, messages.SUCCESS)
            return redirect(record.get_edit_url())
        context = {**self.admin_site.each_context(request), "title": f"Addresses of “{title}”", "name": title}
        context |= {"back": record.get_edit_url(), "site_url": settings.SITE_URL, "present": present, "stays": stays}
        moved = moving.moved if moving.is_bound and moving.is_valid() else []
        context |= {"moving": moving, "further": further, "opts": self.opts, "shown": moved[:MOST_SHOWN]}
        context |= {"count": len(moved), "others": self.others(pk)}
        context["has_draft"] = Revision.objects.open().of(record).exists()
        return TemplateResponse(request, "admin/address.html", context)

    def others(self, pk):
        record = self.model.objects.get(pk=pk)
        issued = Address.objects.of(record).issued().exclude(path__in=paths_of(record))
        return list(issued.values_list("path", flat=True))
