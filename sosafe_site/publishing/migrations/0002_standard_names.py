from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('publishing', '0001_initial')]

    operations = [
        migrations.RenameModel('Version', 'Revision'),
        migrations.RenameIndex('Revision', new_name='revisions_of_a_record', old_name='versions_of_a_record'),
        migrations.RenameField('document', 'owner', 'maintainer'),
        migrations.RenameField('document', 'notes', 'internal_notes'),
    ]
