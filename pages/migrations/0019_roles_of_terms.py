from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0018_a_review_of_the_statement_is_a_check'),
        ('publishing', '0013_terms'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
