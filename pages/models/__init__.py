from pages.models.alert import Alert
from pages.models.help import ReportingRoute
from pages.models.link import BadLink
from pages.models.page import Page, Section
from pages.models.site import AccessibilityStatement, SiteSettings

__all__ = ["AccessibilityStatement", "Alert", "BadLink", "Page", "ReportingRoute", "Section", "SiteSettings"]
