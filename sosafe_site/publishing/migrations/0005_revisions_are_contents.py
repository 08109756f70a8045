from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('publishing', '0004_ready_is_a_state')]

    operations = [
        migrations.RemoveConstraint(model_name='revision', name='record_has_one_draft'),
        migrations.RemoveField(model_name='revision', name='problem'),
        migrations.RemoveField(model_name='revision', name='publish_at'),
        migrations.AlterField(
            model_name='revision',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('kept', 'Earlier version'), ('preview', 'Preview of what is not saved')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('model', 'record'), name='record_has_one_draft', violation_error_message='A colleague began a draft of this at the same moment. Open it again.'),
        ),
    ]
