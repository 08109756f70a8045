"""The audit log on the screen of administrators: to be read, searched and taken along, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime, make_aware

from sosafe_site.partial_dates import DATE_WORDS
from sosafe_site.periods import ONE_DAY
from sosafe_site.publishing.admin import OfficersAdmin
from sosafe_site.publishing.admin.base import in_plain_words
from sosafe_site.publishing.admin_urls import admin_url
from sosafe_site.publishing.models import AuditEntry
from sosafe_site.publishing.revisions.snapshot import with_parents

Kind = AuditEntry.Kind
ACCOUNT = User._meta.label_lower
NOBODY = "Nobody signed in"
MOST_WORDS = 6  # of a search
GROUPS = {
    "Signing in": [
        Kind.SIGNED_IN, Kind.SIGN_IN_FAILED, Kind.LOCKED_OUT, Kind.SIGNED_OUT, Kind.SIGNED_OUT_ELSEWHERE,
        Kind.CONFIRMED, Kind.FACTOR_FAILED, Kind.CODE_USED,
    ],
    "Passwords and second factors": [
        Kind.PASSWORD_CHANGED, Kind.LINK_MADE, Kind.LINK_ASKED, Kind.FACTOR_ADDED, Kind.FACTOR_REMOVED,
        Kind.CODES_RENEWED,
    ],
    "Accounts": [
        Kind.INVITED, Kind.ACCOUNT_MADE, Kind.ACCOUNT_CHANGED, Kind.ROLE_CHANGED, Kind.ACCOUNT_CLOSED,
        Kind.ACCOUNT_OPENED, Kind.ANONYMISED, Kind.HANDED_OVER,
    ],
    "What readers see": [
        Kind.PUBLISHED, Kind.SCHEDULED, Kind.WITHDRAWN, Kind.TAKEN_BACK, Kind.TAKEN_DOWN, Kind.SHARED, Kind.UNSHARED,
        Kind.DELETED, Kind.ERASED,
    ],
    "The site": [Kind.SETTINGS, Kind.EXPORTED, Kind.REFUSED],
}  # fmt: skip


class Shown(str):
    """On the page as it is marked up, in a sheet as it is: what is marked safe would not get into one."""

    html = ""

    @classmethod
    def of(cls, text: str, html: str) -> "Shown":
        shown = cls(text)
        shown.html = html
        return shown

    def __str__(self) -> str:  # or the list would show a plain text
        return self

    def __html__(self) -> str:
        return self.html


class AuditFilter(forms.Form):
    """What an administrator asks the log for; each question that is answered narrows it."""

    DAY = forms.DateInput(attrs={"type": "date"})
    q = forms.CharField(label="Words, a title or a name", required=False, strip=True)
    kind = forms.ChoiceField(label="What", required=False)
    officer = forms.ChoiceField(label="Who", required=False)
    since = forms.DateField(label="From", required=False, widget=DAY)
    until = forms.DateField(label="To", required=False, widget=DAY)
    session = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked, label_suffix="")
        for field in self.fields.values():
            in_plain_words(field)
        names = [(str(each.pk), called(each)) for each in User.objects.all()]
        officers: Any = self.fields["officer"]
        officers.choices = [("", "Everybody"), ("0", NOBODY), *sorted(names, key=lambda pair: pair[1].lower())]
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", "Everything")] + [
            (group, [(kind.value, kind.label) for kind in kinds]) for group, kinds in GROUPS.items()
        ]

    @property
    def has_asked(self) -> bool:
        return any(self.cleaned_data.values())

    def narrow(self, entries: Any) -> Any:
        """By what is right of it; what is wrong is told beside it."""
        self.is_valid()
        asked = self.cleaned_data
        if kind := asked.get("kind"):
            entries = entries.filter(kind=kind)
        if officer := asked.get("officer"):
            entries = entries.filter(account=int(officer) or None)
        if session := asked.get("session"):
            entries = entries.filter(session=session)
        if since := asked.get("since"):
            entries = entries.filter(at__gte=midnight(since))
        if until := asked.get("until"):
            entries = entries.filter(at__lt=midnight(until + ONE_DAY))
        return entries


class AuditList(ChangeList):
    """Names what entries name by number, in so many queries for any number of them."""

    form: AuditFilter

    def get_filters_params(self, params=None):
        """Without those that the form above the list asks for."""
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in AuditFilter.base_fields}

    def get_queryset(self, request, exclude_parameters=None):
        self.form = AuditFilter(request.GET)
        return self.form.narrow(super().get_queryset(request, exclude_parameters))

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        keys: dict[str, set[str]] = defaultdict(set)
        for entry in self.result_list:
            keys[ACCOUNT].add(str(entry.account or 0))
            keys[entry.model].add(entry.record)
        found = {model: records_of(model, of_one) for model, of_one in keys.items() if model}
        for entry in self.result_list:
            entry.officer = found[ACCOUNT].get(str(entry.account))
            entry.about = found.get(entry.model, {}).get(entry.record)


class AuditAdmin(OfficersAdmin):
    change_list_template = "admin/audit.html"
    list_display = ["when", "who", "what", "which", "words", "sign_in"]
    list_display_links = None
    sortable_by = []
    search_fields = ["words"]
    list_per_page = 100
    show_full_result_count = False
    actions = None
    empty_value_display = ""

    def get_changelist(self, request, **kwargs):
        return AuditList

    def changelist_view(self, request, extra_context=None):
        years = AuditEntry.KEPT.days // 365
        return super().changelist_view(request, {"years": years, **(extra_context or {})})

    def get_search_results(self, request, queryset, search_term):
        """Each word in the entry, or in the name or title of what it names."""
        for word in search_term.split()[:MOST_WORDS]:
            queryset = queryset.filter(telling_of(word))
        return queryset, False

    @admin.display(description="when")
    def when(self, entry):
        at = localtime(entry.at)
        html = format_html("{}<br>{}", date_format(at, DATE_WORDS), f"{at:%H:%M:%S}")
        return Shown.of(f"{at:%Y-%m-%d %H:%M:%S}", html)

    @admin.display(description="who")
    def who(self, entry):
        if entry.account is None:
            return NOBODY
        return called(entry.officer) if entry.officer else f"Account {entry.account}, which is gone"

    @admin.display(description="what")
    def what(self, entry):
        return Kind(entry.kind).label if entry.kind in Kind else entry.kind

    @admin.display(description="of what")
    def which(self, entry):
        if not entry.model:
            return ""
        kind = kind_of(entry.model)
        if entry.about is None or kind is None:
            return f"{capfirst(kind._meta.verbose_name) if kind else 'Something'} that is gone"
        name = called(entry.about) if isinstance(entry.about, User) else str(entry.about)
        if not self.admin_site.is_registered(kind):
            return name
        return Shown.of(name, format_html('<a href="{}">{}</a>', admin_url(kind, "change", entry.about.pk), name))

    @admin.display(description="sign-in")
    def sign_in(self, entry):
        """By which all that was done in one sign-in is found."""
        link = '<a href="?session={}" aria-label="All of sign-in {}">{}</a>'
        return Shown.of(entry.session, format_html(link, *[entry.session] * 3)) if entry.session else ""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def telling_of(word: str) -> Q:
    kinds = [kind.value for kind in Kind if word.lower() in kind.label.lower()]
    named = Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
    accounts = list(User.objects.filter(named).values_list("pk", flat=True))
    records = LogEntry.objects.filter(object_repr__icontains=word).values("object_id")
    found = Q(words__icontains=word) | Q(kind__in=kinds) | Q(account__in=accounts) | Q(record=word)
    return found | Q(model=ACCOUNT, record__in=map(str, accounts)) | (~Q(model=ACCOUNT) & Q(record__in=records))


def records_of(model: str, keys: Iterable[str]) -> dict[str, Any]:
    """By their keys as the log has them, those that are there."""
    kind = kind_of(model)
    if kind is None:
        return {}
    found = with_parents(kind._default_manager.all()).in_bulk([kind._meta.pk.to_python(key) for key in keys])
    return {str(key): record for key, record in found.items()}


def kind_of(model: str) -> Any:
    """None for a kind that the site has no more."""
    try:
        return apps.get_model(model)
    except LookupError:
        return None


def called(account: User) -> str:
    return account.get_full_name() or account.username


def midnight(day: Any) -> datetime:
    return make_aware(datetime.combine(day, time()))
