from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0012_campaigns'),
        ('publishing', '0010_pictures'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
