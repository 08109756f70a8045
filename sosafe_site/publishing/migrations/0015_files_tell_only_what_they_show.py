"""Files that were taken before are given out as new ones are: pictures and Office files without where and by whom.

One that would not be taken today stays as it is, for links to it must not break. Run again, it does no harm: a file and
its size are changed one at a time, and not in one transaction, which the disk knows nothing of.
"""

import os
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import migrations

from sosafe_site.publishing.files.inspect import extension_of, read


def write_anew(apps, schema_editor):
    for version in apps.get_model("publishing", "DocumentVersion").objects.all():
        try:
            new = read(version.file, extension_of(version.file.name)).rewritten
        except (ValidationError, FileNotFoundError):
            continue
        finally:
            version.file.close()
        if new is not None:
            replace(Path(version.file.path), new)
            version.size = len(new)
            version.save(update_fields=["size"])
            resize_in_history(apps.get_model("publishing", "Revision"), version)


def replace(path, content):
    """At once: whoever reads it meanwhile gets the one or the other."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(content)
    os.replace(beside, path)


def resize_in_history(revisions, version):
    """Or a draft would look as if a colleague had changed the file meanwhile."""
    for revision in revisions.objects.filter(content__icontains=version.file.name):
        for content in (revision.content, revision.base):
            part = ((content or {}).get("parts", {}).get("versions", {})).get(str(version.pk))
            if part:
                part["size"] = version.size
        revision.save(update_fields=["content", "base"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("publishing", "0014_audit_log")]
    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
