"""Limits in real processes: two servers of two workers, which share a database."""

import os
import re
import secrets
import shutil
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests import prepared
from tests.tools import PATIENCE, listen, served

TRIES = 40


def test_wrong_passwords_sent_at_once_to_all_workers_are_counted_together(tmp_path):
    shutil.copytree(prepared.site("set-up"), tmp_path, dirs_exist_ok=True)
    listening = [listen(), listen()]
    ports = [each.getsockname()[1] for each in listening]
    site = f"http://127.0.0.1:{ports[0]}"
    environ = os.environ | {"DATA_DIR": str(tmp_path), "SITE_URL": site, "SECRET_KEY": secrets.token_urlsafe(50)}
    environ |= {"DJANGO_SETTINGS_MODULE": "sosafe_site.settings", "DATABASE_URL": "", "DEBUG": "off", "EMAIL_URL": ""}
    with ExitStack() as running:
        for each in listening:
            running.enter_context(served(each, environ, "--workers=2", "--threads=4"))
        with ThreadPoolExecutor(8) as at_once:
            answers = list(at_once.map(lambda n: wrong_password(ports[n % 2], site), range(TRIES)))
    waits = [page for page in answers if "Wait five minutes" in page]
    assert len(answers) - len(waits) <= 5
    assert len(waits) < TRIES, "it was not for want of a database that none was looked at"


def wrong_password(port, site):
    host = {"Host": urllib.parse.urlsplit(site).netloc}
    address = f"http://127.0.0.1:{port}/admin/login/"
    with urllib.request.urlopen(urllib.request.Request(address, headers=host), timeout=PATIENCE) as response:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.read().decode())[1]
        cookie = response.headers["Set-Cookie"].partition(";")[0]
    sent = {"login": "officer", "password": "wrong", "csrfmiddlewaretoken": token}
    headers = {**host, "Cookie": cookie, "Origin": site}
    request = urllib.request.Request(address, urllib.parse.urlencode(sent).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return response.read().decode()
