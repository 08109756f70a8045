from django.db import DatabaseError, migrations, models, transaction

from pages.models.telephone import split
from sosafe_site.publishing.text.tidy import seen, tidy

OURS = ('publishing', 'partners', 'meetings', 'pages')
NUMBERS = {  # each with the field for the words after it
    'pages.reportingroute': {'telephone': 'telephone_words', 'text_number': 'text_words', 'relay_number': ''},
    'pages.sitesettings': {'telephone': 'telephone_words'},
}
BEFORE = {'telephone': '', 'text_number': 'Text: ', 'relay_number': 'Text relay: '}


def tidied(model, fields) -> dict:
    """Those of the fields that hold what nobody sees, without it."""
    found = {}
    for field in model._meta.concrete_fields:
        value = fields.get(field.name)
        if isinstance(field, models.CharField | models.TextField) and isinstance(value, str):
            is_one_line = isinstance(field, models.CharField)
            kept = seen(value) if hasattr(field, 'in_words') else tidy(value, is_one_line=is_one_line)
            if kept != value and (kept or field.blank):
                found[field.name] = kept
    return found


def told_apart(model, fields) -> dict:
    """Numbers and their words. A text that holds no number is asked for, and readers still get it."""
    found, unsaid = {}, []
    for name, words in NUMBERS.get(model._meta.label_lower, {}).items():
        text = fields.get(name) or ''
        number, rest = split(text)
        found |= {name: number} | ({words: rest} if words else {})
        if rest and not (number and words):
            unsaid.append(BEFORE[name] + text)
    return found | ({'in_person': '; '.join(unsaid)} if 'text_number' in found else {})


def write(record, fields) -> None:
    """One by one, and without what a rule is against: a name that only signs told from another's."""
    for name, value in fields.items():
        if getattr(record, name) != value:
            try:
                with transaction.atomic(record._state.db):
                    type(record)._default_manager.using(record._state.db).filter(pk=record.pk).update(**{name: value})
            except DatabaseError:
                continue


def in_rows(apps, schema_editor) -> None:
    alias = schema_editor.connection.alias
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for record in model._default_manager.using(alias).iterator():
                fields = {field.name: getattr(record, field.attname) for field in model._meta.concrete_fields}
                write(record, tidied(model, fields))
                if model._meta.label_lower in NUMBERS:
                    write_numbers(record, told_apart(model, fields))


def write_numbers(record, found) -> None:
    """At once, so that no rule sees half of it."""
    if any(found[name] != getattr(record, name) for name in found):
        type(record)._default_manager.using(record._state.db).filter(pk=record.pk).update(**found)


def in_history(apps, schema_editor) -> None:
    """What drafts and earlier versions hold comes back as it would be typed today."""
    for revision in apps.get_model('publishing', 'Revision').objects.using(schema_editor.connection.alias).iterator():
        app, _, name = revision.model.partition('.')
        try:
            model = apps.get_model(app, name)
        except LookupError:
            continue
        before = repr((revision.content, revision.base))
        for content in (revision.content, revision.base):
            if fields := content.get('fields'):
                fields |= tidied(model, fields)
                fields |= told_apart(model, fields)
            for relation, rows in content.get('parts', {}).items():
                part = next((each for each in model._meta.related_objects if each.get_accessor_name() == relation), None)
                for row in rows.values() if part else ():
                    row |= tidied(part.related_model, row)
        if repr((revision.content, revision.base)) != before:
            revision.save(update_fields=['content', 'base'])


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0008_a_telephone_is_one_number'),
        ('meetings', '0008_long_web_addresses'),
        ('partners', '0008_long_web_addresses'),
        ('publishing', '0007_a_link_before_it_is_public'),
    ]

    operations = [
        migrations.RunPython(in_rows, migrations.RunPython.noop),
        migrations.RunPython(in_history, migrations.RunPython.noop),
    ]
