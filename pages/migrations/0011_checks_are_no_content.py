from datetime import date

from django.db import migrations

OF_A_CHECK = ('review_on', 'checked_on')


def take_out_of_history(apps, schema_editor) -> None:
    """A check is no content any more: no earlier version brings an old one back, and no draft holds one.

    What was typed into a draft that is still open is noted now.
    """
    alias = schema_editor.connection.alias
    revisions = apps.get_model('publishing', 'Revision').objects.using(alias)
    for revision in revisions.iterator():
        own, before = revision.content.get('fields', {}), revision.base.get('fields', {})
        if not {*OF_A_CHECK} & {*own, *before}:
            continue
        typed = {name: own[name] for name in OF_A_CHECK if own.get(name) and own[name] != before.get(name)}
        for name in OF_A_CHECK:
            own.pop(name, None)
            before.pop(name, None)
        revision.save(update_fields=['content', 'base'])
        if revision.state != 'draft':
            continue
        if typed:
            days = {name: date.fromisoformat(day) for name, day in typed.items()}
            apps.get_model(revision.model).objects.using(alias).filter(pk=revision.record).update(**days)
        if revision.content == revision.base and not revision.change_note:
            of_it = {'model': revision.model, 'record': revision.record}
            apps.get_model('publishing', 'Readiness').objects.using(alias).filter(**of_it).delete()
            revision.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0010_when_it_was_checked'),
        ('meetings', '0009_when_it_was_checked'),
        ('partners', '0009_when_it_was_checked'),
        ('publishing', '0009_when_it_was_checked'),
    ]

    operations = [migrations.RunPython(take_out_of_history, migrations.RunPython.noop)]
