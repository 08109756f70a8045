"""What is in deploy/: the units, the proxy, the image and the command that installs them.

tests/drill/install.py runs it on an empty Debian.
"""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.management import get_commands

from pages.admin_site.timers import TIMERS
from sosafe_site.publishing.files.receiving import LARGEST_FORM
from tests import prepared
from tests.tools import CODE, PATIENCE, ROOT, lack, listen, need, served

DEPLOY = ROOT / "deploy"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
INSTALL = (DEPLOY / "install").read_text()
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
MOST_EXPOSED = 1.5  # of 10, as systemd-analyze rates what a break-in into a service could reach


def run(*command: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=os.environ | environ, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


# systemd


@pytest.fixture
def units(tmp_path):
    """As installed, but that the programs are there."""
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    for unit in tmp_path.glob("*.service"):
        unit.write_text(re.sub(r"/opt/sosafe/current/\.venv/bin/\w+", sys.executable, unit.read_text()))
    return tmp_path


def timers_that_install_starts() -> list[str]:
    text = INSTALL.partition("systemctl enable -q --now sosafe-minute")[2].replace("\\\n", " ")
    return re.findall(r"\w+", re.match(r"@(\w+)\.timer", text)[1] + " " + re.search(r"day@\{(.*?)\}", text)[1])


def systemd_analyze(units: Path, *arguments: str) -> str:
    program = need("systemd-analyze", "It comes with systemd.")
    result = run(program, *arguments, SYSTEMD_UNIT_PATH=f"{units}:")
    return result.stdout + result.stderr


def test_systemd_finds_no_fault_in_the_units(units):
    tasks = timers_that_install_starts()
    timers = [f"sosafe-{'minute' if task == 'publish_due' else 'day'}@{task}.timer" for task in tasks]
    names = ["sosafe-web.socket", "sosafe-web.service", *(f"sosafe-task@{task}.service" for task in tasks), *timers]
    assert systemd_analyze(units, "verify", *names).strip() == ""
    (units / "sosafe-web.service").write_text("[Service]\nExecStart=/nowhere\nProtekt=yes\n")
    assert "Protekt" in systemd_analyze(units, "verify", "sosafe-web.service"), "it would say what it finds"


@pytest.mark.parametrize("unit", ["sosafe-web.service", "sosafe-task@check_links.service"])
def test_a_break_in_into_a_service_reaches_little_else(units, unit):
    said = systemd_analyze(units, "security", "--offline=true", unit)
    [exposure] = re.findall(r"exposure level for \S+ ([\d.]+)", said)
    print(f"{unit}: {exposure}")
    assert float(exposure) <= MOST_EXPOSED


def test_what_one_task_needs_is_read_after_what_holds_for_all():
    """systemd reads additions in the order of their files' names, whatever their folders; the last counts."""
    [for_all] = DEPLOY.glob("systemd/sosafe-.service.d/*.conf")
    for_one = list(DEPLOY.glob("systemd/sosafe-task@*.service.d/*.conf"))
    assert len(for_one) == 2
    assert all(path.name > for_all.name for path in for_one)


def test_every_command_that_needs_a_timer_has_one():
    started = timers_that_install_starts()
    assert set(TIMERS) <= set(started)
    assert set(started) <= set(get_commands())


# nginx


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Proxy:
    """deploy/nginx.conf on ports and in a folder of its own."""

    def __init__(self, folder: Path, site: int) -> None:
        self.folder, self.plain, self.port = folder, free_port(), free_port()
        for name in ("log", "copy/export/site", "acme/.well-known/acme-challenge"):
            (folder / name).mkdir(parents=True)
        text = (DEPLOY / "nginx.conf").read_text()
        for old, new in {
            r"^    listen \[::\].*\n": "",
            r"listen 80 ": f"listen 127.0.0.1:{self.plain} ",
            r"listen 443 ": f"listen 127.0.0.1:{self.port} ",
            r"127\.0\.0\.1:8009": f"127.0.0.1:{free_port()}",
            "unix:/run/sosafe.sock": f"127.0.0.1:{site}",
            "/etc/sosafe-tls": str(folder),
            "/var/log/nginx": str(folder / "log"),
            "/var/lib/sosafe-copy": str(folder / "copy"),
            "/var/lib/sosafe-acme": str(folder / "acme"),
        }.items():
            text, count = re.subn(old, new, text, flags=re.MULTILINE)
            assert count, old
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        http_block = f"http {{ {temporary} types {{ text/html html; }}\n{text} }}"
        as_installed = "worker_processes auto; events { worker_connections 4096; }"
        (folder / "nginx.conf").write_text(f"{user} daemon off; pid {folder}/pid; {as_installed} {http_block}")
        key = [
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            folder / "privkey.pem",
            "-out",
            folder / "fullchain.pem",
        ]
        made = run(need("openssl", "Install it."), "req", "-x509", "-subj", "/CN=www.example.org", *key)
        assert made.returncode == 0, made.stderr
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or lack("There is no nginx here.")
        self.command = [nginx, "-p", str(folder), "-c", "nginx.conf", "-e", str(folder / "log" / "main")]

    @contextmanager
    def running(self):
        tried = run(*self.command, "-tq")
        assert (tried.returncode, tried.stderr) == (0, "")
        with subprocess.Popen(self.command) as process:
            try:
                ends = time.monotonic() + PATIENCE
                while not self.listens():
                    assert process.poll() is None, (self.folder / "log" / "main").read_text()
                    assert time.monotonic() < ends
                    time.sleep(0.02)
                yield self
            finally:
                process.terminate()

    def listens(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        context = ssl._create_unverified_context()  # noqa: S323  # it is ours
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=PATIENCE)
        named = {"Host": "www.example.org"} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        answer.text = answer.read().decode(errors="replace")
        connection.close()
        return answer

    def ask_plainly(self, path: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=PATIENCE)
        connection.request("GET", path, headers={"Host": "www.example.org"})
        answer = connection.getresponse()
        answer.text = answer.read().decode(errors="replace")
        connection.close()
        return answer

    def say(self, line: bytes) -> str:
        """What it answers to such a line, which no program of good will sends."""
        context = ssl._create_unverified_context()  # noqa: S323  # it is ours
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), PATIENCE)) as connection:
            connection.sendall(line + b"\r\n\r\n")
            return b"".join(iter(lambda: connection.recv(65_536), b"")).decode()

    @property
    def log(self) -> str:
        return "".join(path.read_text() for path in (self.folder / "log").iterdir())


class Echo(BaseHTTPRequestHandler):
    """A site that answers with what it was asked."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.command} {self.path}\n{self.headers}".encode())

    do_POST = do_GET  # noqa: N815  # the library's name for it

    def log_message(self, *of: object) -> None:
        pass


@pytest.fixture
def echo():
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def assert_says_sorry(answer, status: int, words: str) -> None:
    assert answer.status == status
    assert words in answer.text
    assert "href=tel:999" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_proxy_tells_the_site_whence_a_request_comes_and_nobody_else_can(tmp_path, echo):
    with Proxy(tmp_path, echo).running() as proxy:
        told = proxy.ask("/a?b=c", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="http", X_Request_ID="mine").text
        assert told.startswith("GET /a?b=c\n")
        assert "\nHost: www.example.org\n" in told
        assert "\nX-Forwarded-Proto: https\n" in told
        assert "\nX-Forwarded-For: 127.0.0.1\n" in told
        assert re.search(r"\nX-Request-ID: [0-9a-f]{32}\n", told)
        assert "6.6.6.6" not in told
        assert "mine" not in told

        moved = proxy.ask_plainly("/strategy/?on=2019-05-01")
        assert moved.status == 301
        assert moved.headers["Location"] == "https://www.example.org/strategy/?on=2019-05-01"
        (tmp_path / "acme/.well-known/acme-challenge/proof").write_text("ours")
        assert proxy.ask_plainly("/.well-known/acme-challenge/proof").text == "ours"
        assert proxy.log == ""


def test_the_proxy_refuses_in_words_what_is_too_large_or_odd_and_logs_nothing_of_whom(tmp_path, echo):
    with Proxy(tmp_path, echo).running() as proxy:
        too_large = proxy.ask("/preview/a-secret/?typed=words", "POST", b"x" * 1_100_000)
        assert_says_sorry(too_large, 413, "too large")
        assert proxy.ask("/admin/", "POST", b"x" * 1_100_000).status == 200
        odd = proxy.say(b"GET nothing of sense")
        assert odd.startswith("HTTP/1.1 400 ")
        assert "can't be understood" in odd
        assert "Content-Security-Policy" in odd
        assert "nginx/" not in odd
        [line] = proxy.log.splitlines()
        assert "127.0.0.0 POST /preview/... 413" in line
        assert not re.search("secret|typed|127\\.0\\.0\\.1 ", line)


def test_the_proxy_takes_as_much_as_the_site_does():
    [admin] = re.findall(r"client_max_body_size (\d+)m; # as much", (DEPLOY / "nginx.conf").read_text())
    assert int(admin) * 1024 * 1024 == LARGEST_FORM


def test_when_no_server_answers_readers_get_the_copy_and_others_are_told(tmp_path):
    with Proxy(tmp_path, free_port()).running() as proxy:
        assert_says_sorry(proxy.ask("/strategy/"), 503, "does not answer just now")
        assert proxy.ask("/").headers["Retry-After"] == "60"

        page = tmp_path / "copy/export/site/strategy/index.html"
        page.parent.mkdir()
        page.write_text("As it was")
        assert (proxy.ask("/strategy/").status, proxy.ask("/strategy/").text) == (200, "As it was")
        assert_says_sorry(proxy.ask("/strategy/?on=2019-05-01"), 503, "does not answer just now")
        assert_says_sorry(proxy.ask("/admin/", "POST", b"x"), 503, "it was not saved")
        assert " 503 " in proxy.log


def test_the_site_behind_the_proxy(tmp_path):
    data = shutil.copytree(prepared.site("set-up"), tmp_path / "data")
    listening = listen()
    proxy = Proxy(tmp_path / "proxy", listening.getsockname()[1])
    environ = os.environ | {
        "DATA_DIR": str(data),
        "SITE_URL": "https://127.0.0.1",
        "SECOND_FACTOR": "on",
        "PROXIES": "1",
        "DJANGO_SETTINGS_MODULE": "sosafe_site.settings",
    }
    with served(listening, environ), proxy.running():
        home = proxy.ask("/", Host="127.0.0.1", Accept_Encoding="br")
        assert home.status == 200
        assert home.headers["Content-Encoding"] == "br"
        for name in ("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options"):
            assert len(home.headers.get_all(name)) == 1
        sign_in = proxy.ask("/admin/login/", Host="127.0.0.1")
        assert "__Host-csrftoken" in sign_in.headers["Set-Cookie"]
        assert proxy.ask("/nowhere/", Host="127.0.0.1").status == 404, "in the site's own words"
    assert not re.search(r" [45]\d\d ", proxy.log)


# The image


def steps(text: str) -> list[tuple[str, str]]:
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if line]


def test_the_image_holds_the_code_and_locked_packages_and_runs_as_nobody_special():
    known = {"FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {name for name, _ in steps(DOCKERFILE)} == known
    _, build, last = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)
    assert "--require-hashes" in build
    assert not re.search(r"\bpip\b|-venv|build-essential", last), "nothing that installs is left"
    order = [name for name, _ in steps(f"FROM {last}")]
    assert order.index("USER") > max(at for at, name in enumerate(order) if name in {"RUN", "COPY"})
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", last, re.MULTILINE)
    assert "/healthz" in dict(steps(f"FROM {last}"))["HEALTHCHECK"]


def test_what_reaches_the_image_or_the_server_is_the_code_and_no_more():
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(allowed) == sorted([*CODE, "requirements-deploy.txt"])
    copied = re.search(r'^cp -r (.+) "\$next"$', INSTALL, re.MULTILINE)[1].split()
    assert sorted(copied) == sorted([*allowed, "deploy"])


def test_the_image_and_the_unit_start_the_same_server():
    unit = (DEPLOY / "systemd" / "sosafe-web.service").read_text()
    assert "python -m sosafe_site.serve\n" in unit
    assert "exec python -m sosafe_site.serve 0.0.0.0:8000" in DOCKERFILE


# The command that installs


@pytest.mark.parametrize("script", ["install", "sosafe"])
def test_the_shell_scripts_are_clean(script):
    result = run(need("shellcheck", "Install it, on Debian with: sudo apt-get install shellcheck"), DEPLOY / script)
    assert result.stdout == ""
    assert os.access(DEPLOY / script, os.X_OK)


def test_install_refuses_whoever_is_not_root():
    nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    result = subprocess.run(
        [*nobody, "bash", "-s", "https://www.example.org"],
        input=INSTALL, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert result.returncode == 1
    assert "only root can install it" in result.stderr


# docs/operations.md


def test_what_the_operations_page_names_is_there():
    words = "\n".join(fence or code for fence, code in re.findall(r"```\n(.*?)```|`([^`\n]+)`", OPERATIONS, re.DOTALL))
    commands = set(re.findall(r"(?:^|[^\w/-])(?:sosafe|manage\.py) ([a-z_]+)", words))
    assert {"doctor", "make_officer", "setup"} <= commands
    assert commands <= set(get_commands())
    assert set(re.findall(r"\bdeploy/[\w.-]+", words)) == {"deploy/install", "deploy/Dockerfile"}
    for unit in re.findall(r"\bsosafe-(\w+@?)…?\.(service|socket|timer)", words):
        assert (DEPLOY / "systemd" / "sosafe-{}.{}".format(*unit)).exists(), unit
    for target in re.findall(r"\bmake ([a-z]+)\b", words):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), target
    for link in re.findall(r"\]\(([^)#:]+)\)", OPERATIONS):
        assert (ROOT / "docs" / link).exists(), link


def test_the_operations_page_is_four_pages_at_most():
    text = re.sub(r"<!-- figures.*?<!-- end -->", "", OPERATIONS, flags=re.DOTALL)
    assert len(text.split()) <= 1_700
