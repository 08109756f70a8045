from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('pages', '0002_roles')]

    operations = [
        migrations.RenameField('page', 'owner', 'maintainer'),
        migrations.RenameField('page', 'notes', 'internal_notes'),
        migrations.RenameField('reportingroute', 'owner', 'maintainer'),
        migrations.RenameField('reportingroute', 'notes', 'internal_notes'),
        migrations.RenameField('casereviewyear', 'owner', 'maintainer'),
        migrations.RenameField('casereviewyear', 'notes', 'internal_notes'),
        migrations.RenameField('sitesettings', 'notes', 'internal_notes'),
    ]
