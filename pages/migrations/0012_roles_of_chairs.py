from django.db import migrations

from pages.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0011_checks_are_no_content'),
        ('meetings', '0010_chairs'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
