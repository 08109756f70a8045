"""The addresses of a record on its form, to copy and as QR codes to print."""

from io import BytesIO

import pytest
import segno
from django.contrib.auth.models import Permission
from django.urls import reverse
from PIL import Image

from partners.models import ActionPlan, Strategy
from sosafe_site.publishing.models import Address
from tests import make
from tests.admin.test_editing import data_of, save, url
from tests.forms import Form

SITE = "http://127.0.0.1:8000"


def rename(record, slug):
    record.slug = slug
    record.full_clean()
    record.save()


def qr(record, path, kind="svg"):
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_qr"
    return reverse(name, args=[record.pk, kind], query={"path": path})


def of_a_whole(word):
    """Of a strategy or plan that was "a" and is "b", in the order in which the form shows them."""
    now, once = ([f"/{word}/{slug}/", f"/{word}/{slug}/updates.atom"] for slug in "ba")
    return [*now, f"/{word}/", *once]


@pytest.mark.parametrize(
    ("maker", "paths"),
    [
        (lambda: make.make_strategy(slug="a"), of_a_whole("strategy")),
        (lambda: make.make_plan(slug="a"), of_a_whole("action-plan")),
        (
            lambda: make.make_objective(strategy=make.make_strategy(slug="s"), slug="a"),
            ["/strategy/s/b/", "/strategy/", "/strategy/s/a/"],
        ),
        (
            lambda: make.make_priority(plan=make.make_plan(slug="p"), slug="a"),
            ["/action-plan/p/b/", "/action-plan/", "/action-plan/p/a/"],
        ),
        (lambda: make.make_partner(slug="a"), ["/who-belongs/b/", "/who-belongs/a/"]),
        (
            lambda: make.make_version(document=make.make_document(slug="a")).document,
            [
                *(f"/documents/b/{end}" for end in ("", "file/", "v/1/", "v/1/file/")),
                *(f"/documents/a/{end}" for end in ("", "file/", "v/1/", "v/1/file/")),
            ],
        ),
    ],
    ids=["strategy", "plan", "objective", "priority", "partner", "document"],
)
def test_a_form_shows_the_permanent_the_standing_and_the_earlier_addresses_whole(admin_client, db, maker, paths):
    record = maker()
    rename(record, "b")
    html = admin_client.get(url(record, "change")).content.decode()
    places = [html.index(f'value="{SITE}{path}"') for path in paths]
    assert places == sorted(places)
    assert html.count("data-copy") == len(paths)
    for path in paths:
        for kind in ("svg", "png"):
            address = qr(record, path, kind)
            assert f'href="{address}"' in html
            assert admin_client.get(address).status_code == 200


@pytest.mark.parametrize("published_at", [None, make.FAR_AHEAD])
def test_a_record_that_is_not_public_yet_has_no_address_to_copy_or_print(admin_client, db, published_at):
    strategy = make.make_strategy(published_at=published_at)
    html = admin_client.get(url(strategy, "change")).content.decode()
    assert "None yet: they are given out when it is published." in html
    assert "data-copy" not in html
    for path in (strategy.get_absolute_url(), "/strategy/", ""):
        assert admin_client.get(qr(strategy, path)).status_code == 404


def test_what_has_no_page_says_so(admin_client, db):
    html = admin_client.get(url(make.make_route(), "change")).content.decode()
    assert "None: it has no page of its own." in html


def test_a_qr_code_holds_the_whole_address_and_bears_damage(admin_client, db):
    strategy = make.make_strategy(slug="2018-2021")
    response = admin_client.get(qr(strategy, "/strategy/2018-2021/", "png"))
    picture = Image.open(BytesIO(response.content)).convert("1")
    code = segno.make_qr(f"{SITE}/strategy/2018-2021/", error="q")
    assert code.error in "QH"
    dot, white = 32, 4  # the standard asks for four dots of white around it
    assert picture.size == ((code.symbol_size(border=white)[0]) * dot,) * 2
    for y, row in enumerate(code.matrix):
        for x, is_dark in enumerate(row):
            place = ((white + x) * dot + dot // 2, (white + y) * dot + dot // 2)
            assert (picture.getpixel(place) == 0) == bool(is_dark)


@pytest.mark.parametrize(("kind", "content_type"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_a_qr_code_is_saved_under_a_name_that_people_recognise(admin_client, db, kind, content_type):
    strategy = make.make_strategy(slug="2018-2021")
    for path, name in (("/strategy/2018-2021/", "strategy-2018-2021"), ("/strategy/", "strategy")):
        response = admin_client.get(qr(strategy, path, kind))
        assert response["Content-Type"] == content_type
        assert response["Content-Disposition"] == f'attachment; filename="QR-code-{name}.{kind}"'
        assert " style=" not in response.content.decode(errors="replace")
    home = make.make_page(slug="home")
    assert 'filename="QR-code-home.' in admin_client.get(qr(home, "/", kind))["Content-Disposition"]


def test_only_own_addresses_have_a_qr_code_in_only_two_kinds(admin_client, db):
    strategy, other = make.make_strategy(slug="a"), make.make_strategy(slug="b")
    assert admin_client.get(qr(strategy, "/strategy/a/")).status_code == 200
    for path in ("/strategy/b/", "/action-plan/", "/", "//example.org/", ""):
        assert admin_client.get(qr(strategy, path)).status_code == 404
    assert admin_client.get(qr(strategy, "/strategy/a/", "gif")).status_code == 404
    assert admin_client.post(qr(other, "/strategy/b/")).status_code == 405


def test_a_priority_and_a_part_of_it_get_their_addresses_when_one_form_publishes_both(admin_client):
    plan = make.make_plan(standing="proposed", ends_on=None)
    top = make.make_priority(plan=plan, published_at=None, position=2)
    part = make.make_priority(plan=plan, parent=top, published_at=None, position=1)
    form = Form(admin_client, url(plan, "change"))
    moments = {f"{form.row(each)}published_at": "2020-01-01T10:00" for each in (top, part)}
    assert form.press("_publish", **moments).status_code == 302
    given_out = {address.path for address in Address.objects.issued()}
    assert {top.get_absolute_url(), part.get_absolute_url()} <= given_out


def test_a_qr_code_is_for_staff_who_may_see_the_record(client, django_user_model, db):
    strategy = make.make_strategy(slug="a")
    address = qr(strategy, "/strategy/a/")
    assert client.get(address).status_code == 302
    client.force_login(django_user_model.objects.create_user("resident", password="x"))
    assert client.get(address)["Location"].startswith("/admin/login/")
    officer = make.make_onlooker()
    officer.user_permissions.add(Permission.objects.get(codename="view_partner"))
    client.force_login(officer)
    assert client.get(address).status_code == 403
    officer.user_permissions.add(Permission.objects.get(codename="view_strategy"))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("kind", ["strategy", "actionplan"])
def test_the_address_of_a_strategy_or_plan_is_made_of_its_years_unless_an_officer_writes_one(admin_client, db, kind):
    add = reverse(f"admin:partners_{kind}_add")
    model = {"strategy": Strategy, "actionplan": ActionPlan}[kind]
    years = {"title": "Ours", "starts_on": "1 April 2027", "ends_on": "31 March 2030", "slug": ""}
    for _ in range(2):
        save(admin_client, add, **years, _draft="")
    save(admin_client, add, **{**years, "slug": "by-hand"}, _draft="")
    assert set(model.objects.values_list("slug", flat=True)) == {"2027-2030", "2027-2030-2", "by-hand"}
    sent = {**data_of(admin_client.get(add)), "title": "Without years", "slug": "", "_draft": ""}
    refused = admin_client.post(add, sent)
    assert "Without years, the site can’t make the address by itself" in refused.content.decode()
    assert "Without years" in refused.context["adminform"].form["title"].value()
