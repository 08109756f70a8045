from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('partners', '0004_days_nobody_confirmed')]

    operations = [
        migrations.RemoveField(
            model_name='actionplan',
            name='is_period_confirmed',
        ),
        migrations.RemoveField(
            model_name='strategy',
            name='is_period_confirmed',
        ),
    ]
