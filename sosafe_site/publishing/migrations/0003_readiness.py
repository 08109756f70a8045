import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sosafe_site.publishing.clock


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0002_standard_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Readiness',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('model', models.CharField(max_length=60)),
                ('record', models.UUIDField()),
                ('publish_at', models.DateTimeField(blank=True, null=True)),
                ('change_note', models.TextField(blank=True)),
                ('problem', models.TextField(blank=True)),
                ('made_at', models.DateTimeField(default=sosafe_site.publishing.clock.moment)),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('model', 'record'), name='record_is_ready_once', violation_error_message='A colleague said at the same moment that this is ready. Open it again.'),
                    models.CheckConstraint(condition=models.Q(('problem', ''), ('publish_at', None), _connector='OR'), name='what_could_not_be_published_has_no_moment', violation_error_message='What could not be published needs a new moment.'),
                ],
            },
        ),
        migrations.RenameField(model_name='revision', old_name='note', new_name='change_note'),
    ]
