"""The officers' workplace: Django's admin, with a first page and an order of its own."""

from functools import partial, update_wrapper
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from meetings.models import Group, Meeting, PublicMeeting
from pages.admin_site.agenda import drafts, to_come
from pages.admin_site.attention import needs_attention
from pages.admin_site.checks import check_public
from pages.admin_site.recent_changes import changed_lately
from pages.admin_site.timers import timers
from pages.coherence import attention
from pages.models import AccessibilityStatement, Alert, CaseReviewYear, Page, ReportingRoute, SiteSettings
from pages.models.page import GET_INVOLVED
from pages.privacy.retention import ALL
from partners.models import ActionPlan, Objective, Partner, Priority, Series, Strategy
from partners.models.action_plan import plan_parts
from sosafe_site.accounts.roles import IN_WORDS
from sosafe_site.accounts.sign_in import ask_to_sign_in, sign_in
from sosafe_site.periods import viewing_date
from sosafe_site.publishing.models import Address, AuditEntry, ChangeNote, Document, Picture, Post, Term
from sosafe_site.publishing.models.audit import audit, session_of
from sosafe_site.publishing.resubmit import KeepingSite

SEEN_AND_SENT = require_http_methods(["GET", "HEAD", "POST"])
GROUPS: dict[str, list[type[models.Model]]] = {
    "Pages and documents": [Page, Document, Picture, Term, ChangeNote],
    "What the partnership does": [Strategy, Objective, ActionPlan, Priority, Series],
    "Who belongs": [Partner],
    "Meetings": [Group, Meeting, PublicMeeting],
    "Getting help": [Alert, ReportingRoute, CaseReviewYear],
    "Site and accounts": [SiteSettings, AccessibilityStatement, Post, Address, User, AuditEntry],
}


class OfficersSite(KeepingSite):
    index_title = "What would you like to do?"
    empty_value_display = "–"

    def has_permission(self, request):
        """Every page of the admin tells of drafts, so an account without a role gets none."""
        return super().has_permission(request) and request.user.has_module_perms("publishing")

    def admin_view(self, view, cacheable=False):
        """Whoever is at work carries along from which session, for the audit log, which also tells what was refused."""
        kept = super().admin_view(view, cacheable)

        def audited(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            request.user.audit_session = session_of(request)
            try:
                return kept(request, *args, **kwargs)
            except PermissionDenied:
                audit(AuditEntry.Kind.REFUSED, by=request.user, words=request.path[:200])
                raise

        return update_wrapper(audited, kept)

    def site_name(self) -> str:
        site = SiteSettings.last_names or SiteSettings.objects.first()
        return site.name if site else "Website"

    def login(self, request, extra_context=None):
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied  # or the sign-in page and the one that was asked for would send him to and fro
        return sign_in(request)

    def ask_to_sign_in(self, request, typed):
        return ask_to_sign_in(request, typed)

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))

    def each_context(self, request):
        name = self.site_name()
        return {**super().each_context(request), "site_header": f"{name}: editing", "site_title": name}

    def get_app_list(self, request, app_label=None):
        """In the officers' words; the pages of one app keep Django's. Until there is a series, only the first page
        offers to make one."""
        if app_label:
            return super().get_app_list(request, app_label)
        allowed = {row["model"]: row for app in self._build_app_dict(request).values() for row in app["models"]}
        if request.path != reverse("admin:index") and not Series.objects.exists():
            allowed.pop(Series, None)
        rows = {name: [allowed[model] for model in kinds if model in allowed] for name, kinds in GROUPS.items()}
        return [{"name": name, "app_label": slugify(name), "models": found} for name, found in rows.items() if found]

    def seen_by(self, request: HttpRequest) -> list[type[models.Model]]:
        """The kinds of records that this officer may see."""
        return [model for model, of_one in self._registry.items() if of_one.has_view_permission(request)]

    def index(self, request, extra_context=None):
        on, kinds = viewing_date(request), self.seen_by(request)
        context = {
            "pages": Page.objects.order_by("title"),
            "campaigns_under": Page.objects.filter(slug=GET_INVOLVED).first(),
            "groups": Group.objects.exclude(published_at=None),
            "attention": attention(on),
            "drafts": drafts(kinds),
            "to_come": to_come(kinds, on),
            "lately": changed_lately(kinds),
            "timers": timers(),
        }
        return super().index(request, {**context, **(extra_context or {})})

    def get_urls(self):
        views: list[tuple[str, Any]] = [
            ("progress", require_safe(self.progress)),
            ("guide", require_safe(self.guide)),
            ("check", SEEN_AND_SENT(partial(check_public, admin_site=self))),
            ("attention", SEEN_AND_SENT(partial(needs_attention, admin_site=self))),
        ]
        return [*(path(f"{name}/", self.admin_view(view), name=name) for name, view in views), *super().get_urls()]

    def progress(self, request: HttpRequest) -> HttpResponse:
        """How far the plans in force have come, each action with the way to its form."""
        if not self._registry[Priority].has_view_permission(request):
            raise PermissionDenied
        on = viewing_date(request)
        plans = ActionPlan.objects.published().leading(on, *plan_parts(request.user))
        context = {**self.each_context(request), "title": "Update progress", "plans": plans, "on": on}
        return TemplateResponse(request, "admin/progress.html", context)

    def guide(self, request: HttpRequest) -> HttpResponse:
        context = {**self.each_context(request), "title": "How do I …?", "roles": IN_WORDS, "kept": ALL}
        return TemplateResponse(request, "admin/guide.html", context)
