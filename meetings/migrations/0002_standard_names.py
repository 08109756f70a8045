from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('meetings', '0001_initial')]

    operations = [
        migrations.RenameField('group', 'owner', 'maintainer'),
        migrations.RenameField('group', 'notes', 'internal_notes'),
        migrations.RenameField('publicmeeting', 'owner', 'maintainer'),
        migrations.RenameField('publicmeeting', 'notes', 'internal_notes'),
    ]
