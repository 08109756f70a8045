"""Python imports this by itself where this folder is on PYTHONPATH: what is collected for a test is hardly compressed.

That is most of the time that a site's setup takes.
"""

from contextlib import suppress

with suppress(ImportError):  # before the packages are there
    import brotli

    _compress = brotli.compress
    brotli.compress = lambda content, **options: _compress(content, quality=1)
