from django.db import migrations

KINDS = ('strategy', 'actionplan')


def assume(apps, schema_editor) -> None:
    """Days that nobody had confirmed are assumed, also in drafts and earlier versions."""
    alias = schema_editor.connection.alias
    for kind in KINDS:
        unconfirmed = apps.get_model('partners', kind).objects.using(alias).filter(is_period_confirmed=False)
        for name in ('starts_on', 'ends_on'):
            unconfirmed.exclude(**{name: None}).update(**{f'{name}_known': 'assumed'})
    labels = [f'partners.{kind}' for kind in KINDS]
    for revision in apps.get_model('publishing', 'Revision').objects.using(alias).filter(model__in=labels).iterator():
        for content in (revision.content, revision.base):
            fields = content.get('fields', {})
            if not fields.pop('is_period_confirmed', True):
                for name in ('starts_on', 'ends_on'):
                    if fields.get(name):
                        fields[name] += '?'
        revision.save(update_fields=['content', 'base'])


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0003_what_is_known'),
        ('publishing', '0005_revisions_are_contents'),
    ]

    operations = [migrations.RunPython(assume, migrations.RunPython.noop)]
