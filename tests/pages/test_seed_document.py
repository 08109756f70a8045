"""Where on the site each sentence of SoSafe's own document stands, and that an officer can change it."""

import html
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.html import strip_tags

from meetings.models import Group
from pages.models import AccessibilityStatement, Page, ReportingRoute, SiteSettings
from partners.models import ActionPlan, Objective, Partner, Priority, Strategy
from sosafe_site.publishing.models import Document
from tests.content import seed

DOCUMENT = Path(__file__).with_name("sosafe.txt").read_text(encoding="utf-8")
SAME = "word for word"
MADE = "generated from data"

# The document from its first word to its last: its words, the address, SAME or MADE or the reason for rewording, and the
# words on the site where they are not the same.
SENTENCES = [
    ("SoSafe Community Safety Partnership", "/", "the partnership's full name is at the foot of every page", "SoSafe, Stevenage Community Safety Partnership."),
    ("What is SoSafe?", "/what-is-sosafe/", SAME),
    ("SoSafe is the name given to the Stevenage Community Safety Partnership.", "/what-is-sosafe/", SAME),
    ("It brings many organisations together who work to prevent crime and antisocial behaviour.", "/what-is-sosafe/", SAME),
    ("The Crime and Disorder Act 1998 made it a legal requirement for community safety partnerships to be formed, bringing public sector organisations together to tackle community safety issues.", "/what-is-sosafe/", SAME),
    ("Who belongs to the SoSafe Community Safety Partnership?", "/who-belongs/", SAME),
    ("SoSafe is formed of a range of partner agencies, all working together to prevent crime and keep Stevenage safe.", "/who-belongs/", SAME),
    ("These include:", "/who-belongs/", "the list has a heading of its own", "Partner agencies"),
    ("• Stevenage Borough Council", "/who-belongs/", MADE, "Stevenage Borough Council"),
    ("• Hertfordshire Constabulary", "/who-belongs/", MADE, "Hertfordshire Constabulary"),
    ("• Hertfordshire Fire & Rescue Service", "/who-belongs/", MADE, "Hertfordshire Fire & Rescue Service"),
    ("• East & North Herts NHS Trust", "/who-belongs/", MADE, "East & North Herts NHS Trust"),
    ("• Hertfordshire County Council", "/who-belongs/", MADE, "Hertfordshire County Council"),
    ("• BeNCH Community Rehabilitation Company", "/who-belongs/", "a former member since 26 June 2021", "Former members BeNCH Community Rehabilitation Company Member until 25 June 2021"),
    ("• Hertfordshire Trading Standards", "/who-belongs/", MADE, "Hertfordshire Trading Standards"),
    ("• other agencies and groups working to reduce crime and disorder in Stevenage.", "/who-belongs/", "not a body with a page, so a sentence below the list", "SoSafe also includes other agencies and groups working to reduce crime and disorder in Stevenage."),
    ("The partnership also works closely with the Police and Crime Commissioner for Hertfordshire and other countywide groups to ensure that countywide priorities are delivered in Stevenage.", "/who-belongs/", SAME),
    ("What does the SoSafe partnership do?", "/what-we-do/", SAME),
    ("SoSafe sums up what the partnership works to achieve: to continue making Stevenage a safe place in which to live and work, and to ensure that local people feel safe, day and night.", "/what-we-do/", SAME),
    ("The partnership’s aim is to build safer, stronger and more confident communities, which the partnership achieves by decreasing crime and improving community safety.", "/what-we-do/", SAME),
    ("SoSafe’s work is in addition to all of the partnership agencies’ day to day functions.", "/what-we-do/", SAME),
    ("SoSafe develop a local community safety strategy every 3 years, which identifies the partnership’s overarching priorities.", "/what-we-do/", SAME),
    ("The key objectives for 2015-18 are:", "/what-we-do/", "they are no longer: the strategy has ended", "Key objectives for 2015 to 2018 This strategy has ended."),
    ("• Help people feel safe", "/strategy/2015-2018/", MADE, "Help people feel safe"),
    ("• Reduce crime", "/strategy/2015-2018/", MADE, "Reduce crime"),
    ("• Provide a co-ordinated response to domestic abuse", "/strategy/2015-2018/", MADE, "Provide a co-ordinated response to domestic abuse"),
    ("• Effectively tackle antisocial behaviour together with the community", "/strategy/2015-2018/", MADE, "Effectively tackle antisocial behaviour together with the community"),
    ("• Reduce the harm caused by drug and alcohol misuse", "/strategy/2015-2018/", MADE, "Reduce the harm caused by drug and alcohol misuse"),
    ("For more information, please see the SoSafe Community Safety Strategy 2018-2021.", "/what-we-do/", "it has ended, and its objectives are not on record", "The latest strategy on this site is the Community Safety Strategy 2018 to 2021. It ended in 2021. We do not have its objectives."),
    ("In addition to the strategy, SoSafe also create a partnership action plan each year.", "/what-we-do/", SAME),
    ("The action plan determines the partnership’s key priority areas for the coming year and specifies how these priorities will be addressed.", "/what-we-do/", SAME),
    ("The key priority areas for 2019-20 are:", "/what-we-do/", "they are no longer: the plan has ended", "Key priority areas for 2019 to 2020 This action plan has ended."),
    ("• Tackling anti-social behaviour and environmental crime", "/action-plan/2019-2020/", MADE, "Tackling anti-social behaviour and environmental crime"),
    ("• Safeguarding vulnerable adults and children including Domestic Abuse and Modern Slavery", "/action-plan/2019-2020/", MADE, "Safeguarding vulnerable adults and children including Domestic Abuse and Modern Slavery"),
    ("• Prevent including Hate Crime", "/action-plan/2019-2020/", MADE, "Prevent including Hate Crime"),
    ("• Homelessness", "/action-plan/2019-2020/", MADE, "Homelessness"),
    ("• Knife crime", "/action-plan/2019-2020/", MADE, "Knife crime"),
    ("• Serious and organised crime", "/action-plan/2019-2020/", MADE, "Serious and organised crime"),
    ("For more information on the partnership’s you can view the SoSafe Action Plan.", "/action-plan/2019-2020/", "the document does not say where the file is", "SoSafe Action Plan 2019 to 2020 We do not have this file."),
    ("How often does the partnership meet?", "/meetings/", SAME),
    ("SoSafe partners remain in regular contact with each other, meeting regularly to discuss action for emerging issues, key hot spots or trends in crime and antisocial behaviour.", "/meetings/", SAME),
    ("The partnership has a number of fixed groups that meet at regular intervals, as well as multi-agency meetings that are set up to discuss specific issues.", "/meetings/", SAME),
    ("Responsible authorities are under a statutory duty to ensure community safety work is in place within the partnership.", "/meetings/", SAME),
    ("The Responsible Authorities Group (RAG) group meet every three months to review the strategic action plan, evaluate progress against identified priorities, ensure legislation is adhered to and that at least the minimum information sharing requirements are complied with and facilitate information sharing between partners.", "/meetings/rag/", "the cadence is data and the duties are a list", "review the strategic action plan evaluate progress against identified priorities ensure legislation is adhered to and that at least the minimum information sharing requirements are complied with facilitate information sharing between partners When it meets Meets every three months."),
    ("The Joint Action Group (JAG) is the operational, multi-agency branch of the SoSafe partnership.", "/meetings/jag/", SAME),
    ("JAG is responsible for delivering the annual Community Safety Action Plan.", "/meetings/jag/", SAME),
    ("They meet every four weeks to update on action points, identify any emerging problems and develop resolutions and initiatives aimed at reducing levels of crime and antisocial behaviour.", "/meetings/", "the cadence is data and the duties are a list", "Meets every four weeks."),
    ("The group also review and monitor community safety funding grants and ensure money is spent appropriately to deliver the priorities and issues identified.", "/meetings/jag/", SAME),
    ("To find out more about partnership meetings and how multi-agency groups work together to keep Stevenage safe, please view our SoSafe Community Safety Partnership Infographic.", "/documents/sosafe-infographic/", "the document does not say where the file is", "More about partnership meetings, and how multi-agency groups work together to keep Stevenage safe."),
    ("How can you get involved?", "/get-involved/", SAME),
    ("Members of the public can raise concerns at meetings in their local areas held by the police, Stevenage Borough Council or local Councillors.", "/get-involved/", SAME),
    ("The police also conduct regular ‘street meets’ to listen to your views.", "/get-involved/", SAME),
    ("For more information, please see our Community Safety Strategy 2018-2021, or you can find a summary via the links on the right.", "/get-involved/", "there are no links on the right, and the files are not on record", "Summary of the Community Safety Strategy 2018 to 2021 We do not have this file."),
    ("Contact details", "/contact/", SAME),
    ("Community Safety", "/contact/", SAME),
    ("Stevenage Borough Council", "/contact/", SAME),
    ("Daneshill House", "/contact/", SAME),
]  # fmt: skip
MODELS = [Page, Partner, Strategy, Objective, ActionPlan, Priority, Group, Document, ReportingRoute]


def words(response):
    """The page's text as a reader sees it, on one line."""
    return plain(response.content.decode().partition("</style>")[2])


def plain(markup):
    blocks = re.sub(r"(?=<(br|dd|div|dt|h\d|li|p|summary|td|th)\b)", " ", markup)
    return " ".join(html.unescape(strip_tags(blocks)).split())


def squeeze(text):
    """Numbers of list items and white space apart, since they differ between the page and the paper."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def _seed(db):
    seed()


def test_the_table_holds_every_word_of_the_document():
    table = " ".join(row[0] for row in SENTENCES)
    assert squeeze(table) == squeeze(DOCUMENT).strip()


@pytest.mark.usefixtures("_seed")
@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row[0][:50])
def test_a_sentence_of_the_document_has_its_place_on_the_site(client, row):
    sentence, address, how, *shown = row
    assert (how == SAME) == (not shown), "words that differ say why"
    assert (shown[0] if shown else sentence) in words(client.get(address))


@pytest.mark.usefixtures("_seed")
def test_sentences_that_would_be_untrue_today_are_nowhere(client):
    untrue = ["objectives for 2015-18 are", "areas for 2019-20 are", "links on the right", "please view", "group group"]
    addresses = {row[1] for row in SENTENCES}
    pages = {address: words(client.get(address)) for address in addresses}
    assert [(address, phrase) for address, page in pages.items() for phrase in untrue if phrase in page] == []


@pytest.mark.usefixtures("_seed")
def test_objectives_and_priorities_stand_under_their_own_years():
    assert {objective.strategy.slug for objective in Objective.objects.all()} == {"2015-2018"}
    assert {priority.plan.slug for priority in Priority.objects.all()} == {"2019-2020"}
    assert not Strategy.objects.get(slug="2018-2021").objectives.exists()


@pytest.mark.usefixtures("_seed")
def test_no_date_of_the_seed_is_claimed_to_be_exact():
    for model in (Strategy, ActionPlan):
        assert all(record.is_assumed for record in model.objects.exclude(starts_on=None)), model


def test_loading_twice_adds_nothing_and_keeps_what_an_officer_changed(db):
    call_command("load_seed", verbosity=0)
    before = {model: model.objects.count() for model in MODELS}
    Page.objects.filter(slug="contact").update(title="Write to us")
    SiteSettings.objects.update(telephone="01438 000000")
    AccessibilityStatement.objects.update(scope="Changed.")
    Page.objects.get(slug="what-is-sosafe").sections.all().delete()
    ReportingRoute.objects.get(telephone="101").delete()
    Partner.objects.get(slug="hertfordshire-trading-standards").erase("Not wanted.")
    before[Partner] -= 1
    call_command("load_seed", verbosity=0)
    assert {model: model.objects.count() for model in MODELS} == before
    assert Page.objects.get(slug="contact").title == "Write to us"
    assert SiteSettings.objects.get().telephone == "01438 000000"
    assert AccessibilityStatement.objects.get().scope == "Changed."
    assert not Page.objects.get(slug="what-is-sosafe").sections.exists(), "parts come with their record only"
    assert ReportingRoute.objects.filter(telephone="101").exists(), "a missing record is made again"
    assert not Partner.objects.filter(slug="hertfordshire-trading-standards").exists(), "what was erased stays gone"


@pytest.mark.usefixtures("_seed")
def test_the_seed_states_no_fact_that_nobody_has_checked():
    assert {partner.standing for partner in Partner.objects.filter(name__contains="NHS")} == {"not-stated"}
    responsible = Partner.objects.filter(standing="responsible-authority").values_list("name", flat=True)
    assert set(responsible) == {
        "Stevenage Borough Council",
        "Hertfordshire County Council",
        "Hertfordshire Constabulary",
        "Hertfordshire Fire & Rescue Service",
    }
    assert not ReportingRoute.objects.exclude(checked_on=None).exists()
    site = SiteSettings.objects.get()
    assert (site.telephone, site.email, site.opening_hours) == ("", "", "")
    assert "SG1" not in site.address
