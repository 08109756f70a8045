from pages.models.alert import Alert
from pages.models.bad_link import BadLink
from pages.models.case_review import CaseReviewYear
from pages.models.help import ReportingRoute
from pages.models.page import Page, Section
from pages.models.site import AccessibilityStatement, SiteSettings

__all__ = [
    "AccessibilityStatement",
    "Alert",
    "BadLink",
    "CaseReviewYear",
    "Page",
    "ReportingRoute",
    "Section",
    "SiteSettings",
]
