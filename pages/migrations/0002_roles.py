from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0001_initial'),
        ('meetings', '0001_initial'),
        ('partners', '0001_initial'),
        ('publishing', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
