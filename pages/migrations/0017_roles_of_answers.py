from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0016_roles_of_one_way_to_publish'),
        ('publishing', '0011_gaps_answered_and_runs'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
