"""What measures must not stumble over what it measures. `make bench` itself is tried in test_make.py."""

from tests.benchmark.client import AT_ONCE, load
from tests.benchmark.servers import nginx
from tests.tools import need


def test_a_connection_to_nginx_is_kept_however_often_it_is_used(tmp_path):
    how = "Install it, on Debian with: sudo apt-get install nginx-light"
    running = nginx(tmp_path / "nginx") or need("nginx", how)
    with running as server:
        assert (
            len(load(server.port, "/", 1_100 * AT_ONCE)) == 1_100 * AT_ONCE
        )  # without being told, it ends after 1,000
