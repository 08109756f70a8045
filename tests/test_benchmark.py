"""`make bench` runs from its first table to its last. How fast is no matter here."""

from importlib.metadata import version

from tests.benchmark.__main__ import Size, main


def test_the_benchmark_measures_everything_once():
    lines: list[str] = []
    main(Size(rounds=1, requests=8, rendered=4, starts=1, counts=(3,), seconds=0.3), lines.append)
    names = {line.split("|")[1].strip() for line in lines if line.startswith("| ")}
    worker = f"gunicorn {version('gunicorn')}, gthread"
    assert {
        "bare Django view", "site, home page", "site, rendered anew", "gunicorn alone", "site", worker,
        "bare Django's handler", "/", "/documents/",
    } <= names  # fmt: skip
    assert any("bytes on the wire" in line for line in lines)
