"""What the admins of all apps build on; importing it registers those of this floor."""

from sosafe_site.publishing.admin.addresses import AddressAdmin
from sosafe_site.publishing.admin.base import OfficersAdmin
from sosafe_site.publishing.admin.change_notes import ChangeNoteAdmin
from sosafe_site.publishing.admin.documents import DocumentAdmin
from sosafe_site.publishing.admin.pictures import PictureAdmin
from sosafe_site.publishing.admin.posts import PostAdmin
from sosafe_site.publishing.admin.publishable import (
    FIELD_OVERRIDES,
    PUBLICATION,
    LinkingAdmin,
    NativeStackedInline,
    PublishableAdmin,
    StateFilter,
    folded,
    may_publish,
    trail_to,
)
from sosafe_site.publishing.admin.terms import TermAdmin

__all__ = [
    "FIELD_OVERRIDES",
    "PUBLICATION",
    "AddressAdmin",
    "ChangeNoteAdmin",
    "DocumentAdmin",
    "LinkingAdmin",
    "NativeStackedInline",
    "OfficersAdmin",
    "PictureAdmin",
    "PostAdmin",
    "PublishableAdmin",
    "StateFilter",
    "TermAdmin",
    "folded",
    "may_publish",
    "trail_to",
]
