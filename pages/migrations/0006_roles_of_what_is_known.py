from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0005_later_is_one_mechanism'),
        ('meetings', '0003_partial_dates'),
        ('partners', '0005_confirmed_is_a_certainty'),
        ('publishing', '0005_revisions_are_contents'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
