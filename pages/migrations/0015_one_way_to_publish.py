import django.db.models.deletion
import pages.models.telephone
import sosafe_site.publishing.clock
import sosafe_site.publishing.text.field
import uuid
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

# There is one of each, whose key was 1
KEYS = {
    'SiteSettings': uuid.UUID('00000000-0000-0000-0000-000000000001'),
    'AccessibilityStatement': uuid.UUID('00000000-0000-0000-0000-000000000002'),
}
rows = {}  # from take() to put(), while their tables are made anew: no database turns a number into such a key


def take(apps, schema_editor) -> None:
    for name in KEYS:
        rows[name] = list(apps.get_model('pages', name).objects.using(schema_editor.connection.alias).values())


def put(apps, schema_editor) -> None:
    """They have been public as long as the first page has."""
    alias = schema_editor.connection.alias
    first = apps.get_model('pages', 'Page').objects.using(alias).exclude(published_at=None).order_by('published_at').first()
    since = min(first.published_at, timezone.now()) if first else timezone.now()
    revisions = apps.get_model('publishing', 'Revision').objects.using(alias)
    log = apps.get_model('admin', 'LogEntry').objects.using(alias)
    for name, key in KEYS.items():
        for row in rows.pop(name):
            apps.get_model('pages', name).objects.using(alias).create(**{**row, 'id': key, 'published_at': since})
        revisions.filter(model=f'pages.{name.lower()}', record='1').update(record=str(key))
        of_kind = {'content_type__app_label': 'pages', 'content_type__model': name.lower()}
        log.filter(object_id='1', **of_kind).update(object_id=str(key))


def publish_alerts(apps, schema_editor) -> None:
    """Until now each was public from its start, or as soon as it was saved."""
    now = timezone.now()
    for alert in apps.get_model('pages', 'Alert').objects.using(schema_editor.connection.alias):
        alert.published_at = min(alert.starts_at, now)
        alert.save(update_fields=['published_at'])


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0014_roles_of_chairs'),
        ('publishing', '0009_when_it_was_checked'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='checked_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='alert',
            name='checked_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='last checked'),
        ),
        migrations.AddField(
            model_name='alert',
            name='internal_notes',
            field=models.TextField(blank=True, help_text='Where the facts come from and what is still to do. Never public.', verbose_name='officers’ notes'),
        ),
        migrations.AddField(
            model_name='alert',
            name='maintainer',
            field=models.ForeignKey(blank=True, help_text='The post that keeps it right and is reminded of its next check.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='publishing.post', verbose_name='looked after by'),
        ),
        migrations.AddField(
            model_name='alert',
            name='published_at',
            field=models.DateTimeField(blank=True, help_text='Empty: a draft, which only staff see. A moment to come: it appears by itself then.', null=True, verbose_name='published from'),
        ),
        migrations.AddField(
            model_name='alert',
            name='replaced_by',
            field=models.ForeignKey(blank=True, help_text='Where readers of what was withdrawn should go instead.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.address'),
        ),
        migrations.AddField(
            model_name='alert',
            name='review_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='next check by'),
        ),
        migrations.AddField(
            model_name='alert',
            name='updated_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='content last changed'),
        ),
        migrations.AddField(
            model_name='alert',
            name='withdrawal_reason',
            field=models.TextField(blank=True, help_text='Readers who follow an old link are told this.', verbose_name='reason for withdrawing'),
        ),
        migrations.AddField(
            model_name='alert',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, help_text='Only for what is wrong or should never have been public. What is over has a last day instead.', null=True, verbose_name='withdrawn from'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='updated_at',
            field=models.DateTimeField(default=sosafe_site.publishing.clock.moment, editable=False),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawal_reason', ''), _negated=True), _connector='OR'), name='alert_is_withdrawn_with_a_reason', violation_error_message='Give the reason for withdrawing it: readers who follow an old link are told.'),
        ),
        migrations.RunPython(take),
        migrations.DeleteModel('SiteSettings'),
        migrations.DeleteModel('AccessibilityStatement'),
        migrations.CreateModel(
            name='SiteSettings',
            fields=[
                ('published_at', models.DateTimeField(blank=True, help_text='Empty: a draft, which only staff see. A moment to come: it appears by itself then.', null=True, verbose_name='published from')),
                ('withdrawn_at', models.DateTimeField(blank=True, help_text='Only for what is wrong or should never have been public. What is over has a last day instead.', null=True, verbose_name='withdrawn from')),
                ('withdrawal_reason', models.TextField(blank=True, help_text='Readers who follow an old link are told this.', verbose_name='reason for withdrawing')),
                ('replaced_by', models.ForeignKey(blank=True, help_text='Where readers of what was withdrawn should go instead.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.address')),
                ('maintainer', models.ForeignKey(blank=True, help_text='The post that keeps it right and is reminded of its next check.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='publishing.post', verbose_name='looked after by')),
                ('checked_on', models.DateField(blank=True, editable=False, null=True, verbose_name='last checked')),
                ('checked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review_on', models.DateField(blank=True, editable=False, null=True, verbose_name='next check by')),
                ('updated_on', models.DateField(blank=True, editable=False, null=True, verbose_name='content last changed')),
                ('internal_notes', models.TextField(blank=True, help_text='Where the facts come from and what is still to do. Never public.', verbose_name='officers’ notes')),
                ('id', models.UUIDField(default=uuid.UUID('00000000-0000-0000-0000-000000000001'), editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40, verbose_name='short name')),
                ('partnership', models.CharField(max_length=120, verbose_name='full name of the partnership')),
                ('address', models.TextField(blank=True, help_text='One line for each line of the address.', verbose_name='postal address')),
                ('telephone', pages.models.telephone.TelephoneField(blank=True, help_text='The number alone, with spaces, as people say it.', max_length=30)),
                ('telephone_words', models.CharField(blank=True, help_text='Such as “extension 2”.', max_length=80, verbose_name='words after the number')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('opening_hours', models.CharField(blank=True, max_length=200)),
                ('mailbox', models.EmailField(blank=True, help_text='Gets what readers send with the form on the contact page. Never shown. If empty, there is no form.', max_length=254, verbose_name='mailbox for messages from the website')),
                ('leave_url', models.URLField(blank=True, help_text='A harmless page, for people who must not be seen reading about help. If empty, no button.', max_length=2000, verbose_name='where “Leave this site” goes')),
                ('footer_note', models.CharField(blank=True, max_length=200, verbose_name='line at the foot of every page')),
            ],
            options={
                'verbose_name': 'site and contact details',
                'verbose_name_plural': 'site and contact details',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', uuid.UUID('00000000-0000-0000-0000-000000000001'))), name='there_is_one_site_settings', violation_error_message='There can be only one of these.'), models.CheckConstraint(condition=models.Q(('published_at__isnull', False), ('withdrawn_at', None)), name='site_settings_is_published', violation_error_message="The site depends on this, so it can't become a draft or be withdrawn.")],
            },
        ),
        migrations.CreateModel(
            name='AccessibilityStatement',
            fields=[
                ('published_at', models.DateTimeField(blank=True, help_text='Empty: a draft, which only staff see. A moment to come: it appears by itself then.', null=True, verbose_name='published from')),
                ('withdrawn_at', models.DateTimeField(blank=True, help_text='Only for what is wrong or should never have been public. What is over has a last day instead.', null=True, verbose_name='withdrawn from')),
                ('withdrawal_reason', models.TextField(blank=True, help_text='Readers who follow an old link are told this.', verbose_name='reason for withdrawing')),
                ('replaced_by', models.ForeignKey(blank=True, help_text='Where readers of what was withdrawn should go instead.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='publishing.address')),
                ('maintainer', models.ForeignKey(blank=True, help_text='The post that keeps it right and is reminded of its next check.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='publishing.post', verbose_name='looked after by')),
                ('checked_on', models.DateField(blank=True, editable=False, null=True, verbose_name='last checked')),
                ('checked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review_on', models.DateField(blank=True, editable=False, null=True, verbose_name='next check by')),
                ('updated_on', models.DateField(blank=True, editable=False, null=True, verbose_name='content last changed')),
                ('internal_notes', models.TextField(blank=True, help_text='Where the facts come from and what is still to do. Never public.', verbose_name='officers’ notes')),
                ('id', models.UUIDField(default=uuid.UUID('00000000-0000-0000-0000-000000000002'), editable=False, primary_key=True, serialize=False)),
                ('standard', models.CharField(max_length=120)),
                ('status', models.CharField(choices=[('not-assessed', 'not yet fully assessed against'), ('full', 'fully compliant with'), ('partial', 'partially compliant with'), ('none', 'not compliant with')], default='not-assessed', max_length=16, verbose_name='this website is')),
                ('scope', models.TextField(verbose_name='what this statement covers')),
                ('not_accessible', sosafe_site.publishing.text.field.RichTextField(verbose_name='content that is not accessible, and why')),
                ('alternatives', sosafe_site.publishing.text.field.RichTextField(blank=True, verbose_name='accessible alternatives')),
                ('feedback', sosafe_site.publishing.text.field.RichTextField(blank=True, verbose_name='how to report problems or ask for another format')),
                ('enforcement', sosafe_site.publishing.text.field.RichTextField(verbose_name='enforcement procedure')),
                ('enforcement_url', models.URLField(max_length=2000, verbose_name='link to the enforcement procedure')),
                ('testing', sosafe_site.publishing.text.field.RichTextField(verbose_name='how this website was tested')),
                ('prepared_on', models.DateField(blank=True, null=True, verbose_name='statement prepared on')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='statement last reviewed on')),
            ],
            options={
                'verbose_name': 'accessibility statement',
                'verbose_name_plural': 'accessibility statement',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', uuid.UUID('00000000-0000-0000-0000-000000000002'))), name='there_is_one_accessibility_statement', violation_error_message='There can be only one of these.'), models.CheckConstraint(condition=models.Q(('published_at__isnull', False), ('withdrawn_at', None)), name='accessibility_statement_is_published', violation_error_message="The site depends on this, so it can't become a draft or be withdrawn."), models.CheckConstraint(condition=models.Q(('prepared_on', None), ('reviewed_on', None), ('reviewed_on__gte', models.F('prepared_on')), _connector='OR'), name='accessibility_statement_is_reviewed_after_it_is_prepared', violation_error_message='The last review is before the statement was prepared. Check both dates.')],
            },
        ),
        migrations.RunPython(put),
        migrations.RunPython(publish_alerts),
    ]
