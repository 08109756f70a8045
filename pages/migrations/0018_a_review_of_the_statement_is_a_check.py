from datetime import date

from django.db import migrations
from django.db.models import F

STATEMENT = 'pages.accessibilitystatement'


def keep_as_check(apps, schema_editor) -> None:
    """What was typed into a draft that is still open, too."""
    alias = schema_editor.connection.alias
    statements = apps.get_model('pages', 'AccessibilityStatement').objects.using(alias)
    statements.filter(checked_on=None).update(checked_on=F('reviewed_on'))
    for revision in apps.get_model('publishing', 'Revision').objects.using(alias).filter(model=STATEMENT):
        own, before = revision.content.get('fields', {}), revision.base.get('fields', {})
        typed, known = own.pop('reviewed_on', None), before.pop('reviewed_on', None)
        if revision.state == 'draft' and typed and typed != known:
            statements.filter(pk=revision.record).update(checked_on=date.fromisoformat(typed))
        revision.save(update_fields=['content', 'base'])


class Migration(migrations.Migration):

    dependencies = [('pages', '0017_roles_of_answers')]

    operations = [
        migrations.RunPython(keep_as_check, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='accessibilitystatement',
            name='accessibility_statement_is_reviewed_after_it_is_prepared',
        ),
        migrations.RemoveField(model_name='accessibilitystatement', name='reviewed_on'),
    ]
