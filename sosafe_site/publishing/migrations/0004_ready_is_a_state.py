from uuid import UUID

from django.db import migrations


def say_what_is_ready(apps, schema_editor) -> None:
    """What a draft said of when it is to be published stands beside it, and what was no more than ready is no draft."""
    alias = schema_editor.connection.alias
    readiness = apps.get_model('publishing', 'Readiness').objects.using(alias)
    for revision in apps.get_model('publishing', 'Revision').objects.using(alias).filter(state__in=['ready', 'failed']):
        readiness.create(
            model=revision.model,
            record=UUID(revision.record),
            publish_at=revision.publish_at,
            problem=revision.problem if revision.state == 'failed' else '',
            made_by_id=revision.made_by_id,
            made_at=revision.made_at,
        )
        if revision.content == revision.base and not revision.change_note:
            revision.delete()
        else:
            revision.state, revision.publish_at = 'draft', None
            revision.save()


class Migration(migrations.Migration):

    dependencies = [('publishing', '0003_readiness')]

    operations = [
        # Of the old states, which are on their way out
        migrations.RemoveConstraint('revision', 'only_what_is_ready_has_a_moment_to_be_published'),
        migrations.RunPython(say_what_is_ready, migrations.RunPython.noop),
    ]
