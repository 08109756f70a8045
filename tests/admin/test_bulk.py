"""Publishing several at once: what will become of each is shown first, and only a press of a button does it."""

import html
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.utils.html import strip_tags

from pages.models import Page, ReportingRoute
from partners.models import Strategy
from sosafe_site.publishing.models import Readiness
from tests import make
from tests.admin.test_editing import save, url

pytestmark = pytest.mark.django_db


def seen(response):
    return " ".join(html.unescape(strip_tags(response.content.decode())).split())


def chosen(action, *records, **more):
    return {"action": action, "_selected_action": [str(record.pk) for record in records], "index": 0, **more}


@pytest.fixture
def three():
    days = {"starts_on": None, "ends_on": None}
    return [
        make.make_strategy(title="Written", published_at=None, **days),
        make.make_strategy(title="Open", **days),
        make.make_strategy(title="Gone", withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.", **days),
    ]


def test_what_will_be_published_and_what_not_is_shown_before_anything_is_done(admin_client, three):
    address = url(Strategy, "changelist")
    asked = admin_client.post(address, chosen("publish_now", *three))
    shown = seen(asked)
    assert "1 will be published now Written" in shown
    assert "2 stay as they are" in shown
    assert "It is public already." in shown
    assert "It is withdrawn. Clear that on its form first." in shown
    assert not Strategy.objects.get(pk=three[0].pk).is_published
    sent = {**dict(asked.context["kept"]), "_selected_action": [str(each.pk) for each in three], "confirmed": "yes"}
    done = seen(admin_client.post(address, sent, follow=True))
    assert "1 was published now: “Written (dates not stated)”." in done
    assert "stays as it is. It is public already." in done
    assert [Strategy.objects.get(pk=each.pk).is_published for each in three] == [True, True, False]


def test_what_had_an_address_is_shown_to_stay_public(admin_client, three):
    shown = seen(admin_client.post(url(Strategy, "changelist"), chosen("make_draft", three[1], three[0])))
    assert "None of these can be taken back to draft." in shown
    assert "it can't become a draft again" in shown
    assert "It is a draft already." in shown
    assert "Yes, go on" not in shown


def test_parts_are_listed_with_their_whole(admin_client, three):
    make.make_objective(title="Part one", strategy=three[0], published_at=None)
    shown = seen(admin_client.post(url(Strategy, "changelist"), chosen("publish_with_parts", three[0])))
    assert "2 will be published now Part one" in shown


def test_all_pages_of_a_filtered_list_can_be_chosen_and_the_filter_holds(admin_client, three):
    address = f"{url(Strategy, 'changelist')}?state=draft"
    asked = admin_client.post(address, chosen("publish_now", three[0], select_across=1))
    assert [str(record) for record in asked.context["allowed"]] == [str(three[0])]
    assert dict(asked.context["kept"])["select_across"] == "1"


def test_nothing_is_done_by_get_and_the_right_is_asked_for_again(client, admin_client, three):
    admin_client.get(url(Strategy, "changelist"), chosen("publish_now", three[0], confirmed="yes"))
    officer = make.make_onlooker()
    officer.user_permissions.add(*Permission.objects.filter(codename__in=["view_strategy", "change_strategy"]))
    client.force_login(officer)
    client.post(url(Strategy, "changelist"), chosen("publish_now", three[0], confirmed="yes"))
    assert not Strategy.objects.get(pk=three[0].pk).is_published


def test_what_waits_for_its_moment_is_taken_back_from_the_list_and_appears_no_more(admin_client, client):
    with time_machine.travel(datetime(2026, 5, 20, 12, tzinfo=UTC), tick=False) as clock:
        waiting, other = (make.make_page(slug=slug, published_at=None) for slug in ("there", "other"))
        save(admin_client, url(waiting, "change"), publish_at="2026-06-01T09:00", _schedule="")
        shown = seen(admin_client.post(url(Page, "changelist"), chosen("make_draft", waiting, other)))
        assert f"1 will be taken back to draft {waiting}" in shown
        assert f"{other}: It is a draft already." in shown
        admin_client.post(url(Page, "changelist"), chosen("make_draft", waiting, confirmed="yes"))
        assert Page.objects.get(pk=waiting.pk).state == "Draft"
        clock.move_to(datetime(2026, 6, 2, 9, tzinfo=UTC))
        assert client.get("/there/").status_code == 404


def test_what_is_taken_back_does_not_come_back_with_a_draft_of_it_that_waits(admin_client):
    with time_machine.travel(datetime(2026, 5, 20, 12, tzinfo=UTC), tick=False) as clock:
        route = make.make_route()
        save(admin_client, url(route, "change"), when_to_use="Whenever", publish_at="2026-06-01T09:00", _schedule="")
        assert Readiness.objects.count() == 1
        admin_client.post(url(ReportingRoute, "changelist"), chosen("make_draft", route, confirmed="yes"))
        clock.move_to(datetime(2026, 6, 2, 9, tzinfo=UTC))
        admin_client.get("/")
        route.refresh_from_db()
        assert route.state == "Draft"
