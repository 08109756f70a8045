from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0013_roles_of_pictures'),
        ('meetings', '0010_chairs'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
