from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('partners', '0001_initial')]

    operations = [
        migrations.RenameField('partner', 'owner', 'maintainer'),
        migrations.RenameField('partner', 'notes', 'internal_notes'),
        migrations.RenameField('strategy', 'owner', 'maintainer'),
        migrations.RenameField('strategy', 'notes', 'internal_notes'),
        migrations.RenameField('objective', 'owner', 'maintainer'),
        migrations.RenameField('objective', 'notes', 'internal_notes'),
        migrations.RenameField('actionplan', 'owner', 'maintainer'),
        migrations.RenameField('actionplan', 'notes', 'internal_notes'),
        migrations.RenameField('priority', 'owner', 'maintainer'),
        migrations.RenameField('priority', 'notes', 'internal_notes'),
    ]
