from django.db import migrations
from django.utils import timezone

PUBLISHABLE = {
    'publishing': ['document'],
    'partners': ['partner', 'strategy', 'objective', 'actionplan', 'priority'],
    'meetings': ['group', 'publicmeeting'],
    'pages': ['page', 'reportingroute', 'casereviewyear'],
}


def wait_for_the_moment(apps, schema_editor) -> None:
    """What was to be public from a moment still to come waits for it as drafts do, and takes its notes with it."""
    alias, now = schema_editor.connection.alias, timezone.now()
    readiness = apps.get_model('publishing', 'Readiness').objects.using(alias)
    notes = apps.get_model('publishing', 'ChangeNote').objects.using(alias)
    addresses = apps.get_model('publishing', 'Address').objects.using(alias)
    for app, models in PUBLISHABLE.items():
        for name in models:
            label = f'{app}.{name}'
            for record in apps.get_model(app, name).objects.using(alias).filter(published_at__gt=now):
                told = notes.filter(model=label, record=record.pk, noted_at__gt=now)
                publish_at, record.published_at = record.published_at, None
                record.save(update_fields=['published_at'])
                readiness.update_or_create(
                    model=label,
                    record=record.pk,
                    defaults={'publish_at': publish_at, 'change_note': '\n'.join(note.text for note in told), 'problem': ''},
                )
                told.delete()
                addresses.filter(model=label, record=record.pk, issued_at__gt=now).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0004_standard_names_in_history'),
        ('publishing', '0005_revisions_are_contents'),
    ]

    operations = [migrations.RunPython(wait_for_the_moment, migrations.RunPython.noop)]
