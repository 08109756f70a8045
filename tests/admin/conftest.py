import pytest
from django.test import Client

from tests import make


@pytest.fixture
def page(db):
    page = make.make_page(title="Old title", slug="there")
    make.make_section(page=page, heading="First", anchor="first", body="<p>Old words.</p>")
    return page


@pytest.fixture
def reader():
    return Client()
