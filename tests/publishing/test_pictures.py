"""What becomes of an uploaded picture, who gets it, and that its words are asked for."""

import re
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from sosafe_site.publishing.models import Picture, Revision
from tests import make
from tests.admin.test_editing import url
from tests.forms import Form
from tests.tools import content_of

POSITION = 0x8825  # in what a camera notes


def opened(client, picture, name):
    response = client.get(picture.address(name))
    assert response.status_code == 200, name
    return Image.open(BytesIO(content_of(response)))


def test_a_picture_comes_in_the_sizes_and_formats_that_browsers_choose_from(client, db):
    picture = make.make_picture(content=make.picture(1500, 900))
    assert picture.widths == [320, 640, 1280]
    assert (picture.width, picture.height) == (1280, 768)
    for width in picture.widths:
        for end, kind in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
            found = opened(client, picture, f"{width}.{end}")
            assert (found.format, found.width) == (kind, width)
    assert opened(client, picture, "share.jpg").size == (1200, 630)
    assert make.make_picture(content=make.picture(500, 300)).widths == [320, 500], "none is made larger than it was"


def test_what_the_camera_noted_is_taken_out_and_the_picture_stands_upright(client, db):
    noted = Image.Exif()
    noted[0x0112] = 6  # turned by a quarter
    noted.get_ifd(POSITION).update({1: "N", 2: (51.0, 54.0, 0.0)})
    content = BytesIO()
    Image.new("RGB", (400, 200), "teal").save(content, "JPEG", exif=noted, comment=b"Ann's phone")
    assert Image.open(BytesIO(content.getvalue())).getexif().get_ifd(POSITION)
    picture = make.make_picture(content=content.getvalue())
    assert (picture.width, picture.height) == (200, 400)
    for name in picture.names:
        found = opened(client, picture, name)
        assert not found.getexif(), name
        assert "comment" not in found.info, name


def test_a_logo_keeps_what_is_see_through(client, db):
    content = BytesIO()
    Image.new("RGBA", (600, 300), (0, 80, 80, 90)).save(content, "PNG")
    picture = make.make_picture(name="logo.png", content=content.getvalue())
    assert opened(client, picture, "600.png").mode == "RGBA"
    assert opened(client, picture, "share.jpg").mode == "RGB"


def test_browsers_keep_a_file_of_a_picture_and_find_none_under_another_name(client, db):
    picture = make.make_picture()
    response = client.get(picture.src)
    assert response["Content-Type"] == "image/jpeg"
    assert "immutable" in response["Cache-Control"]
    assert "script" not in response["Content-Security-Policy"]
    content_of(response)
    for name in ("9999.jpg", "320.svg", "original.jpg", "..%2f320.jpg"):
        assert client.get(picture.address("x").replace("/x", f"/{name}")).status_code == 404, name


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("photo.heic", b"\0\0\0\x18ftypheic", "Apple"),
        ("drawing.svg", b"<svg/>", "JPEG, PNG"),
        ("photo.jpg", b"no picture", "damaged"),
        ("photo.jpg", make.picture(300, 200)[:900], "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(name, content, told):
    with pytest.raises(ValidationError, match=told):
        Picture(title="A", alt="B", image=ContentFile(content, name=name)).clean()


def test_a_picture_of_too_many_dots_is_refused_before_it_is_opened():
    content = BytesIO()
    Image.new("1", (6_000, 5_000)).save(content, "PNG")
    with pytest.raises(ValidationError, match="25 million"):
        Picture(image=ContentFile(content.getvalue(), name="huge.png")).clean()


def test_an_officer_adds_a_picture_and_its_words_and_it_says_where_it_is_used(admin_client, db):
    form = Form(admin_client, url(Picture, "add"))
    upload = SimpleUploadedFile("street.jpg", make.picture(700, 400))
    response = form.press("_save", image=upload, title="A street", credit="The council")
    assert response.status_code == 200
    assert any("Say what the picture shows" in words for words in form.problems())
    assert any("Choose “street.jpg” once more" in words for words in form.problems())
    upload.seek(0)
    assert form.press("_save", image=upload, alt="Neighbours on a street").status_code == 302, form.problems()
    picture = Picture.objects.get()
    assert picture.credit == "The council"
    page = make.make_page(picture=picture)
    shown = admin_client.get(url(picture, "change")).content.decode()
    assert page.get_edit_url() in shown
    assert admin_client.post(url(picture, "change").replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_a_deleted_picture_is_gone_for_good(admin_client, db, django_capture_on_commit_callbacks):
    picture = make.make_picture()
    Form(admin_client, url(picture, "change")).press("_save", alt="Other words")
    assert Revision.objects.of(picture).exists()
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(url(picture, "change").replace("/change/", "/delete/"), {"post": "yes"})
    assert not Picture.objects.exists()
    assert not Revision.objects.of(picture).exists()
    assert not any(default_storage.exists(picture.place(name)) for name in picture.names)


def test_a_picture_that_only_a_draft_shows_is_not_deleted(admin_client, db):
    picture, page = make.make_picture(), make.make_page()
    Form(admin_client, url(page, "change")).press("_draft", picture=str(picture.pk))
    page.refresh_from_db()
    assert page.picture is None
    assert admin_client.post(url(picture, "change").replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403


def test_the_logo_of_a_partner_stands_beside_its_name_and_says_nothing_twice(client, db):
    logo = make.make_picture(alt="The logo of the council")
    partner = make.make_partner(logo=logo, standing="responsible-authority")
    page = make.make_page(slug="who-belongs")
    make.make_section(page=page, shows="partners")
    for address in (partner.get_absolute_url(), "/who-belongs/"):
        [img] = re.findall("<img[^>]*>", client.get(address).content.decode())
        assert 'alt=""' in img
        assert logo.small_src in img
        assert 'width="400"' in img
    assert "<img" not in client.get(make.make_partner().get_absolute_url()).content.decode()
