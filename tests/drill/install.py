"""An empty Debian is taken to the running site by deploy/install, under load to another version, and back from a bad
one; the steps of deploy/Dockerfile are done in an empty root too.

debootstrap makes the root, and systemd-nspawn starts it with its own systemd. Only if asked for, by `make drill
ONLY=install`: it needs root, the network, these two programs, ports 80 and 443, and minutes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.drill.row import Row
from tests.tools import ROOT

SITE = "https://www.example.org"
SYSTEMD = "systemd,systemd-sysv,dbus,apt-utils"  # which every installed Debian has, and the smallest root lacks
CERTIFICATES = "/of-this-machine.crt"
# Told by the script below: a line for each of these, "name: value"
SCRIPT = f"""#!/bin/bash
exec >/told 2>&1
set -a; . /environ; set +a
ask() {{ curl -sk --max-time 60 --resolve www.example.org:443:127.0.0.1 "$@"; }}
began=$SECONDS
/src/deploy/install {SITE}; echo "installed: $?"
ask {SITE}/ | grep -q "<title>.*SoSafe" && echo "seconds to the first page: $((SECONDS - began))"
ask {SITE}/readyz && echo
echo "insecure: $(curl -s -o /dev/null -w '%{{http_code}} %{{redirect_url}}' -H 'Host: www.example.org' http://127.0.0.1/a)"
for task in publish_due backup export_site check_links forget_old; do
  systemctl start "sosafe-task@$task" || journalctl --no-pager -u "sosafe-task@$task"
  echo "task $task: $(systemctl show -p Result --value "sosafe-task@$task")"
done
echo "timers: $(systemctl list-timers --no-legend 'sosafe-*' | wc -l)"
sosafe doctor; echo "doctor: $?"

ask_on() {{
  while [ -e /asking ]; do ask -o /dev/null -w '%{{http_code}} %{{time_total}}\\n' {SITE}/strategy/; done >/answers
}}
touch /asking; ask_on & asking=$!
before=$(readlink /opt/sosafe/current)
systemctl restart sosafe-web
began=$SECONDS; /src/deploy/install; echo "upgraded: $?"; echo "seconds to upgrade: $((SECONDS - began))"
[ "$before" != "$(readlink /opt/sosafe/current)" ] && echo "another version: yes"
before=$(readlink /opt/sosafe/current)
sed -i '1i raise SystemExit("broken on purpose")' /src/sosafe_site/serve.py
/src/deploy/install && echo "a broken version was accepted"
[ "$before" = "$(readlink /opt/sosafe/current)" ] && echo "way back: yes"
ask {SITE}/ | grep -q "<title>.*SoSafe" && echo "served after the way back: yes"
rm /asking; wait $asking
systemctl stop sosafe-web.socket sosafe-web
echo "without a server: $(ask -o /dev/null -w '%{{http_code}}' {SITE}/)"
journalctl --no-pager -p warning -u 'sosafe-*' | tail -n 40
cat /var/log/nginx/sosafe.log
systemctl poweroff
"""
UNIT = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
TimeoutStartSec=20min
ExecStart=/script
"""


def rows(is_small: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="sosafe-install-") as folder:
        bare = Path(folder) / "bare"
        run("debootstrap", "--variant=minbase", f"--include={SYSTEMD}", suite(), str(bare), mirror())
        yield from installed(Path(folder), bare)
        yield image(Path(folder), bare)


def installed(folder: Path, bare: Path) -> Iterator[Row]:
    root = copy(bare, folder / "root")
    code = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in code:
        if (ROOT / name).is_file():
            (root / "src" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / "src" / name)
    (root / "environ").write_text("".join(f"{name}='{value}'\n" for name, value in environ().items()))
    (root / "script").write_text(SCRIPT)
    (root / "script").chmod(0o755)
    (root / "etc/systemd/system/script.service").write_text(UNIT)
    wanted = root / "etc/systemd/system/multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / "script.service").symlink_to("../script.service")
    run("systemd-nspawn", "--boot", "--directory", str(root), *NOT_REGISTERED, *binds(), patience=1_800)

    text = (root / "told").read_text()
    told = dict(re.findall(r"^([\w ]+): (.*)$", text, re.MULTILINE))
    row = Row("install on an empty Debian", "granian, nginx", until="to the first page")
    row.seconds = seconds(told, "seconds to the first page")
    row.expect(told.get("installed") == "0", f"deploy/install ends well; it said: {text}")
    row.expect(told.get("insecure") == f"301 {SITE}/a", f"http leads to https: {told.get('insecure')}")
    row.expect(told.get("timers") == "6", f"six timers run: {told.get('timers')}")
    for task in ("publish_due", "backup", "export_site", "check_links", "forget_old"):  # reminders need a mail server
        row.expect(told.get(f"task {task}") == "success", f"{task} runs as its unit: {told.get(f'task {task}')}")
    row.expect(told.get("without a server") == "200", f"nginx has a copy: {told.get('without a server')}")
    yield row

    row = Row("upgrade, and back from a broken version", "granian, nginx", until="to upgrade")
    row.seconds = seconds(told, "seconds to upgrade")
    for status, took in (line.split() for line in (root / "answers").read_text().splitlines()):
        if status == "200":
            row.asked.seconds.append(float(took))
        else:
            row.asked.failures.append(f"answered {status}")
    row.expect(told.get("upgraded") == "0", "a second deploy/install ends well")
    for promise in ("another version", "way back", "served after the way back"):
        row.expect(told.get(promise) == "yes", promise)
    row.expect(row.asked.sent > 0, "readers asked meanwhile")
    row.expect_nothing_failed_or_lost()
    yield row


def image(folder: Path, bare: Path) -> Row:
    """The steps of the Dockerfile, then its command as its user on a root that can't be written."""
    _, build, last = re.split(r"^FROM ", (ROOT / "deploy" / "Dockerfile").read_text(), flags=re.MULTILINE)
    packages, root = copy(bare, folder / "packages"), copy(bare, folder / "image")
    run_steps(packages, build, packages)
    run_steps(root, last, packages)
    [user] = re.findall(r"^USER (\d+):\d+$", last, re.MULTILINE)
    [command] = re.findall(r'^CMD \["sh", "-c", "(.*)"\]$', last, re.MULTILINE)
    variables = [*re.findall(r"(\w+)=(\S+)", re.search(r"^ENV (.*)$", last, re.MULTILINE)[1])]
    settings = {"SITE_URL": SITE, "SECRET_KEY": "only-to-try-the-image-" * 3} | {
        name: value.replace("$PATH", "/usr/bin:/bin") for name, value in variables
    }
    data = shutil.move(root / "data", folder / "data")
    (root / "data").mkdir()
    began = time.monotonic()
    container = [
        "systemd-nspawn", "--quiet", "--read-only", "--tmpfs=/tmp", f"--bind={data}:/data", "--directory", str(root),
        f"--user={uid_name(root, user)}", "--chdir=/opt/sosafe", *NOT_REGISTERED,
        *(f"--setenv={name}={value}" for name, value in settings.items()), "sh", "-c", command,
    ]  # fmt: skip
    row = Row("the image's steps and its server on a read-only root", "granian", until="to its first answer")
    with subprocess.Popen(container, stdin=subprocess.DEVNULL) as process:
        try:
            row.expect(answers(process), "the server of the image answers")
            row.seconds = time.monotonic() - began
        finally:
            process.terminate()
            process.wait(60)
    left = shutil.which("pip", path=str(root / "opt/sosafe/.venv/bin"))
    row.expect(left is None and not (root / "usr/bin/pip3").exists(), "nothing that installs packages is left")
    return row


# What the functions above need

NOT_REGISTERED = ["--keep-unit", "--register=no"]


def run_steps(root: Path, text: str, packages: Path) -> None:
    folder = "/"
    for line in re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()[1:]:
        instruction, _, rest = line.partition(" ")
        if instruction == "RUN":
            step = ["systemd-nspawn", "--quiet", "--directory", str(root), *NOT_REGISTERED, *binds()]
            step += [f"--setenv={name}={value}" for name, value in environ().items()]
            run(*step, f"--chdir={folder}", "sh", "-c", rest)
        elif instruction == "WORKDIR":
            folder = rest
        elif instruction == "COPY":
            *names, where = [word for word in rest.split() if not word.startswith("--from")]
            into = root / where.strip("/")
            for name in names:
                if "--from" in rest:
                    shutil.copytree(packages / name.strip("/"), into, symlinks=True)
                elif name == ".":
                    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
                    run("cp", "-r", *(str(ROOT / each) for each in allowed), str(into))
                else:
                    into.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, into)


def answers(process: subprocess.Popen) -> bool:
    ends = time.monotonic() + 180
    while process.poll() is None and time.monotonic() < ends:
        ask = ["curl", "-sf", "-o", "/dev/null", "-H", "Host: www.example.org", "http://127.0.0.1:8000/readyz"]
        if subprocess.run(ask, check=False).returncode == 0:
            return True
        time.sleep(0.2)
    return False


def run(*command: str, patience: int = 900) -> None:
    """Raises CalledProcessError with what the command has said."""
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=patience
    )
    if result.returncode:
        print(result.stdout[-5_000:], result.stderr[-5_000:], file=sys.stderr)
        result.check_returncode()


def copy(root: Path, to: Path) -> Path:
    run("cp", "-a", "--reflink=auto", str(root), str(to))
    shutil.copy("/etc/resolv.conf", to / "etc/resolv.conf")
    if Path("/etc/pip.conf").exists():
        shutil.copy("/etc/pip.conf", to / "etc/pip.conf")
    return to


def seconds(told: dict[str, str], name: str) -> float | None:
    return float(told[name]) if name in told else None


def uid_name(root: Path, number: str) -> str:
    return re.search(rf"^(\w+):\w*:{number}:", (root / "etc/passwd").read_text(), re.MULTILINE)[1]


def of_apt(what: str) -> str:
    """From this machine's own list of packages, so that what it may reach is reached."""
    text = "".join(path.read_text() for path in sorted(Path("/etc/apt").rglob("*.sources")))
    return re.search(rf"^{what}: (\S*debian\S*|[a-z]+)", text, re.MULTILINE)[1]


def suite() -> str:
    return re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)[1]


def mirror() -> str:
    return of_apt("URIs")


def environ() -> dict[str, str]:
    """What this machine tells pip, its certificates under a name that the empty root does not use."""
    told = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {"HOME": "/root", "LC_ALL": "C.UTF-8"} | told | ({"PIP_CERT": CERTIFICATES} if "PIP_CERT" in told else {})


def binds() -> list[str]:
    """Folders of packages that this machine's pip may be told of."""
    config = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    named = [Path(name) for name in re.findall(r"/[\w./-]+", config.stdout.replace("//", ""))]
    folders = {str(Path(*name.parts[:3])) for name in named if name.is_dir()}
    certificates = [f"--bind-ro={os.environ['PIP_CERT']}:{CERTIFICATES}"] if "PIP_CERT" in os.environ else []
    return [*(f"--bind-ro={folder}" for folder in sorted(folders)), *certificates]
