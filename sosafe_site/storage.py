import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from sosafe_site.durable import durable

TAG = re.compile(rb'<(?:script|link)\b[^>]*? (?:src|href)="([^"?#]+\.(?:js|css))"(?![^>]* integrity=)')


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under names that carry their hash; also rewrites the imports between JavaScript modules."""

    support_js_module_import_aggregation = True


def with_integrity(html: bytes) -> bytes:
    """With the hash of each script and stylesheet: a browser runs none that was changed on its way or on the disk."""
    return TAG.sub(lambda tag: tag[0] + attribute_for(tag[1].decode()), html)


@lru_cache(maxsize=500)
def attribute_for(address: str) -> bytes:
    """Empty for what isn't named by its hash, as while the code is worked on: that may change under its name."""
    name = address.removeprefix(settings.STATIC_URL)
    if name not in getattr(staticfiles_storage, "hashed_files", {}).values():
        return b""
    with staticfiles_storage.open(name) as file:
        digest = hashlib.sha384(file.read()).digest()
    return b' integrity="sha384-' + base64.b64encode(digest) + b'"'


class UploadStorage(FileSystemStorage):
    """On this machine's disk. A file is whole and there to stay before a row can name it.

    Its name is nobody else's, since it holds the key of its record. What a failure leaves is named by nothing, and goes
    as all such files do: pages/privacy/orphans.py.
    """

    def _save(self, name: str, content: File) -> str:
        with durable(Path(self.path(name)), mode=self.file_permissions_mode or 0o644) as file:
            for chunk in content.chunks():
                file.write(chunk)
        return name
