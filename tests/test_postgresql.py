"""What only a real PostgreSQL can show: how the site stands on a server that others share."""

import psycopg

from tests import servers


def test_each_who_asks_gets_a_database_of_his_own():
    one, other = servers.database(), servers.database()
    assert one != other
    with psycopg.connect(one) as connection:
        connection.execute("CREATE TABLE mine ()")
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)
