"""The secrets of second factors that were set up before are sealed as new ones are."""

from django.db import migrations

from sosafe_site.accounts.sealed import seal

SEALED = "gAAAA"  # how all that is sealed begins; secrets are in capitals or in hexadecimals


def seal_all(apps, schema_editor):
    for factor in apps.get_model("mfa", "Authenticator").objects.filter(type__in=["totp", "recovery_codes"]):
        open_ones = {
            name: value
            for name, value in factor.data.items()
            if name in {"secret", "seed"} and not value.startswith(SEALED)
        }
        if open_ones:
            factor.data |= {name: seal(value) for name, value in open_ones.items()}
            factor.save()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_sessions"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
