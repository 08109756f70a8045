from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.db import models
from django.template.loader import render_to_string
from django.utils.html import format_html

from sosafe_site.publishing.admin.publishable import FIELD_OVERRIDES, LinkingAdmin
from sosafe_site.publishing.files.pictures import TAKEN
from sosafe_site.publishing.models import Picture
from sosafe_site.publishing.text.shown import shown_by


@admin.register(Picture)
class PictureAdmin(LinkingAdmin):
    shows_at_once = True
    list_display = ["title", "small", "words", "added_at"]
    search_fields = ["title", "alt", "caption", "credit"]
    formfield_overrides = {
        **FIELD_OVERRIDES,
        models.FileField: {
            "widget": AdminFileWidget(attrs={"accept": ",".join(f".{end}" for end in TAKEN)}),
            "max_length": None,  # the site keeps it under a name of its own
        },
    }

    def audited_as(self, *, is_new):
        """Of a new one readers see nothing until something shows it."""
        return None if is_new else super().audited_as(is_new=is_new)

    def get_fields(self, request, obj=None):
        last = ["used", "internal_notes"] if obj else ["internal_notes"]
        return ["shown" if obj else "image", "title", "alt", "is_decoration", "caption", "credit", *last]

    def get_readonly_fields(self, request, obj=None):
        return ["shown", "used"] if obj else []

    @admin.display(description="picture")
    def small(self, picture):
        return format_html('<img class="small-picture" src="{}" alt="" loading="lazy">', picture.small_src)

    @admin.display(description="what it shows", ordering="alt")
    def words(self, picture):
        return picture.alt or "Only decoration"

    @admin.display(description="picture")
    def shown(self, picture):
        return format_html('<img class="picture" src="{}" alt="">', picture.src)

    @admin.display(description="used by")
    def used(self, picture):
        return render_to_string("admin/used_by.html", {"records": shown_by(picture)})

    def has_delete_permission(self, request, obj=None):
        """One that nothing shows, and only from its own form."""
        return obj is not None and super().has_delete_permission(request, obj) and not shown_by(obj)
