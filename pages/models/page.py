from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from sosafe_site.publishing.models import Document, Picture
from sosafe_site.publishing.models.publishable import Publishable, PublishableQuerySet, withdrawal_has_a_reason
from sosafe_site.publishing.models.record import Record
from sosafe_site.publishing.text.field import RichTextField

HOME = "home"
UPDATES = "updates"
GET_HELP = "get-help"
GET_INVOLVED = "get-involved"
CASE_REVIEW = "asb-case-review"
CONTACT = "contact"
PRIVACY = "privacy"
# Pages that the site's own addresses and links depend on: always published, never removed.
BUILT_IN = [
    HOME, "what-is-sosafe", "who-belongs", "what-we-do", "strategy", "action-plan", "meetings", GET_INVOLVED,
    GET_HELP, CONTACT, "documents", "linking-to-us", "accessibility", PRIVACY, UPDATES,
]  # fmt: skip
# Words of the contract of addresses that no page may take.
RESERVED = ["about-stevenage", "admin", "healthz", "preview", "readyz", "search", "static"]


class PageQuerySet(PublishableQuerySet):
    def of_the_frame(self):
        """Those that menus name or that other pages of the site link to."""
        return self.filter(~Q(menu="") | Q(slug__in=BUILT_IN))

    def with_content(self, user):
        """Each with its sections, and with what of its documents and of the pages under it this reader may open."""
        return self.prefetch_related(*content_for(user))

    def in_campaign(self, on: date):
        """Those whose campaign holds on this day; its first and last day count."""
        return self.filter(campaign_starts_on__lte=on, campaign_ends_on__gte=on)


class Page(Publishable):
    edited_with = {"sections": ()}

    class Menu(models.TextChoices):
        MAIN = "main", "Main menu"
        FOOTER = "footer", "Foot of every page"
        NONE = "", "In no menu"

    title = models.CharField(max_length=120)
    slug = models.SlugField(
        "address", max_length=80, unique=True, help_text="The last part of the web address. Given once, kept for good."
    )
    menu = models.CharField("shown in", max_length=8, choices=Menu, blank=True, default=Menu.NONE)
    menu_label = models.CharField(
        "short name", max_length=30, blank=True, help_text="For menus, if the title is too long."
    )
    position = models.PositiveSmallIntegerField("order in menus", default=100, help_text="Lower numbers come first.")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"parent": None},
        verbose_name="belongs under",
        help_text="A page that is in no menu is reached from this one.",
    )
    lead = models.TextField("opening", blank=True, help_text="One to three sentences under the title.")
    description = models.CharField(
        "for search engines", max_length=160, blank=True, help_text="One sentence. If empty, the opening is used."
    )
    documents = models.ManyToManyField(Document, blank=True, help_text="Shown at the end of the page.")
    picture = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pages",
        help_text="Shown above the text, and by other sites and programs beside a link to the page.",
    )
    campaign_starts_on = models.DateField("first day on the home page", null=True, blank=True)
    campaign_ends_on = models.DateField("last day on the home page", null=True, blank=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title"]
        constraints = [
            withdrawal_has_a_reason("page"),
            models.CheckConstraint(
                name="page_can_be_reached",
                condition=~Q(menu="") | Q(parent__isnull=False) | Q(slug__in=[HOME, GET_HELP]),
                violation_error_message="Nobody could reach this page. Choose a menu, or the page it belongs under.",
            ),
            models.CheckConstraint(
                name="page_address_is_not_a_word_of_the_site",
                condition=~Q(slug__in=RESERVED),
                violation_error_message="The site itself uses this address. Choose another.",
            ),
            models.CheckConstraint(
                name="built_in_page_is_published",
                condition=~Q(slug__in=BUILT_IN) | Q(published_at__isnull=False, withdrawn_at=None),
                violation_error_message="The site depends on this page, so it can't become a draft or be withdrawn.",
            ),
            models.CheckConstraint(
                name="campaign_has_a_first_and_a_last_day",
                condition=Q(campaign_starts_on=None, campaign_ends_on=None)
                | Q(campaign_starts_on__isnull=False, campaign_ends_on__isnull=False)
                & Q(campaign_ends_on__gte=models.F("campaign_starts_on")),
                violation_error_message="A campaign needs a first day and a last day that is not before it.",
            ),
            models.CheckConstraint(
                name="built_in_page_is_no_campaign",
                condition=~Q(slug__in=BUILT_IN) | Q(campaign_starts_on=None),
                violation_error_message="This page is always there, so it can't be a campaign. Add a page for that.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return "/" if self.slug == HOME else reverse("page", args=[self.slug])

    @property
    def label(self) -> str:
        return self.menu_label or self.title

    @property
    def in_brief(self) -> str:
        return self.description or self.lead

    @property
    def is_about_help(self) -> bool:
        """Whether a reader may need to leave in a hurry: the page of help and those under it."""
        return GET_HELP in {self.slug, self.parent.slug if self.parent else ""}

    @property
    def is_campaign(self) -> bool:
        return self.campaign_starts_on is not None

    def why_it_stays(self) -> str:
        return "The site depends on this page. Its words can be changed, but it can’t go." if self.is_built_in else ""

    @property
    def is_built_in(self) -> bool:
        return self.slug in BUILT_IN


def content_for(user) -> list[Any]:
    """What to fetch with a page that is to be shown: with_content()."""
    documents = Document.objects.visible_to(user).with_files()
    return [
        "sections",
        models.Prefetch("children", Page.objects.published(), to_attr="shown_children"),
        models.Prefetch("documents", documents, to_attr="shown_documents"),
    ]


class Section(Record):
    class Shows(models.TextChoices):
        """What a section lists below its text. The values name the pieces in templates/pages/sections/."""

        NOTHING = "", "Nothing but its text"
        OBJECTIVES = "objectives", "The latest objectives"
        PRIORITIES = "priorities", "The latest priorities"
        PARTNERS = "partners", "The partners"
        PUBLIC_MEETINGS = "public-meetings", "The next public meetings"
        UPDATES = "updates", "The latest updates"
        GROUPS = "groups", "The groups that meet"
        ROUTES = "routes", "Ways to get help or report"
        CONTACT = "contact", "The contact details"
        DOCUMENTS = "documents", "All documents"
        CASE_REVIEW = "case-review", "The yearly numbers of ASB case reviews"
        ACCESSIBILITY = "accessibility", "The accessibility statement"
        PRIVACY = "privacy", "What this website keeps of people, and its cookies"

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField("number", default=1)
    heading = models.CharField(max_length=120)
    anchor = models.SlugField(
        max_length=60, help_text="The word after # in a link to this section. Given once, kept for good."
    )
    body = RichTextField("text", blank=True)
    shows = models.CharField("below the text, show", max_length=16, choices=Shows, blank=True, default=Shows.NOTHING)

    class Meta:
        ordering = ["page", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="page_has_each_anchor_once",
                fields=["page", "anchor"],
                violation_error_message="Another section of this page has this anchor. Choose a different one.",
            ),
            models.CheckConstraint(
                name="section_anchor_is_not_a_word_of_the_layout",
                condition=~Q(anchor__in=["alert", "changes", "documents", "help", "main", "more", "tell-us", "toc"]),
                violation_error_message="The page's own layout uses this anchor. Choose another.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    def clean(self) -> None:
        """Raises ValidationError when an anchor that readers may have would change."""
        if self._state.adding:
            return
        before = self.before or Section.objects.filter(pk=self.pk).values("anchor").first()
        if before and before["anchor"] != self.anchor and self.page.is_published:
            raise ValidationError({"anchor": f"Links to this section end in #{before['anchor']}, so it stays."})

    @property
    def piece(self) -> str:
        return f"pages/sections/{self.shows}.html"

    @property
    def pieces_on_home(self) -> list[str]:
        """Of which the first that there is tells it as briefly as the home page does."""
        return [f"pages/home/{self.shows}.html", self.piece]
