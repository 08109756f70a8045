from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0019_roles_of_terms'),
        ('publishing', '0014_audit_log'),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
