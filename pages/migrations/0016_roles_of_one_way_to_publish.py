from django.db import migrations

from sosafe_site.accounts.roles import grant


class Migration(migrations.Migration):

    dependencies = [('pages', '0015_one_way_to_publish')]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
