from django.db import migrations

from sosafe_site.accounts.roles import grant

RENAMED = {'owner': 'maintainer', 'notes': 'internal_notes'}  # no other model had a field of these names


def rename_in_history(apps, schema_editor) -> None:
    """What drafts and earlier versions keep of a record is kept by the names of its fields."""
    for revision in apps.get_model('publishing', 'Revision').objects.using(schema_editor.connection.alias).iterator():
        for content in (revision.content, revision.base):
            rows = [row for part in content.get('parts', {}).values() for row in part.values()]
            for fields in (content.get('fields', {}), *rows):
                for old, new in RENAMED.items():
                    if old in fields:
                        fields[new] = fields.pop(old)
        revision.save(update_fields=['content', 'base'])


def rename_permissions(apps, schema_editor) -> None:
    """Django renames the kind of record itself, but not what accounts may do with it."""
    permissions = apps.get_model('auth', 'Permission').objects.using(schema_editor.connection.alias)
    for permission in permissions.filter(content_type__app_label='publishing', codename__endswith='_version'):
        permission.codename = permission.codename.replace('_version', '_revision')
        permission.name = permission.name.replace('version', 'revision')
        permission.save()


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0003_standard_names'),
        ('meetings', '0002_standard_names'),
        ('partners', '0002_standard_names'),
        ('publishing', '0002_standard_names'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.RunPython(rename_permissions, migrations.RunPython.noop),
        migrations.RunPython(rename_in_history, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
