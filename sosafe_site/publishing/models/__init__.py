from sosafe_site.publishing.models.address import Address
from sosafe_site.publishing.models.audit import AuditEntry
from sosafe_site.publishing.models.change_note import ChangeNote
from sosafe_site.publishing.models.content_mark import ContentMark
from sosafe_site.publishing.models.document import Document, DocumentVersion
from sosafe_site.publishing.models.gap_answer import GapAnswer
from sosafe_site.publishing.models.picture import Picture
from sosafe_site.publishing.models.readiness import Readiness
from sosafe_site.publishing.models.review import Post, ReviewReminder
from sosafe_site.publishing.models.revision import Revision
from sosafe_site.publishing.models.run import Run
from sosafe_site.publishing.models.sent_form import SentForm
from sosafe_site.publishing.models.term import Term

__all__ = [
    "Address",
    "AuditEntry",
    "ChangeNote",
    "ContentMark",
    "Document",
    "DocumentVersion",
    "GapAnswer",
    "Picture",
    "Post",
    "Readiness",
    "ReviewReminder",
    "Revision",
    "Run",
    "SentForm",
    "Term",
]
