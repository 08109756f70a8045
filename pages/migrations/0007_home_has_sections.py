import uuid

from django.db import migrations, models

GET_INVOLVED = 'get-involved'
# Anchor, heading if the page that it leads to has no name of its own, that page, what is shown
BLOCKS = [
    ('priorities', 'Our priorities', None, 'priorities'),
    ('objectives', 'Our objectives', None, 'objectives'),
    ('who', 'Who belongs', 'who-belongs', 'partners'),
    ('meetings', 'Meetings', 'meetings', 'groups'),
    ('involved', 'How can you get involved?', GET_INVOLVED, 'public-meetings'),
    ('updates', 'Updates', 'updates', 'updates'),
]


def blocks_become_sections(apps, schema_editor) -> None:
    """What the home page showed by itself, under the names and with the words that it took from other pages.

    Sections that officers had added there, which were never shown, come after them. Drafts and earlier versions get
    them too, so that none of these takes them away when it is published or brought back.
    """
    alias = schema_editor.connection.alias
    pages = {page.slug: page for page in apps.get_model('pages', 'Page').objects.using(alias).all()}
    if 'home' not in pages:
        return
    home, sections = pages['home'], apps.get_model('pages', 'Section').objects.using(alias)
    taken = set(sections.filter(page=home).values_list('anchor', flat=True))
    rows = {}
    for position, (anchor, heading, slug, shows) in enumerate(BLOCKS, start=1):
        page = pages.get(slug)
        if page:
            heading = page.title if slug == GET_INVOLVED else page.menu_label or page.title
        body = words_of(page) if page and slug == GET_INVOLVED else ''
        anchor = anchor if anchor not in taken else f'our-{anchor}'
        fields = {'position': position, 'heading': heading, 'anchor': anchor, 'body': body, 'shows': shows}
        rows[str(uuid.uuid4())] = fields
    own = {str(section.pk): section for section in sections.filter(page=home)}
    for section in own.values():
        section.position += len(BLOCKS)
        section.save(update_fields=['position'])
    for key, fields in rows.items():
        sections.create(pk=uuid.UUID(key), page=home, **fields)
    revisions = apps.get_model('publishing', 'Revision').objects.using(alias)
    for revision in revisions.filter(model='pages.page', record=str(home.pk)):
        for content in (revision.content, revision.base):
            if content:
                kept = content.setdefault('parts', {}).setdefault('sections', {})
                for fields in kept.values():
                    fields['position'] += len(BLOCKS)
                kept.update(rows)
        revision.save(update_fields=['content', 'base'])


def words_of(page) -> str:
    lead = page.lead.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
    link = f'<a href="record:pages.page/{page.pk}/">{page.menu_label or page.title}</a>'
    return ''.join(f'<p>{words}</p>' for words in (lead, link) if words)


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0006_roles_of_what_is_known'),
        ('publishing', '0006_amendments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='section',
            name='shows',
            field=models.CharField(
                blank=True,
                choices=[
                    ('', 'Nothing but its text'), ('objectives', 'The latest objectives'),
                    ('priorities', 'The latest priorities'), ('partners', 'The partners'),
                    ('public-meetings', 'The next public meetings'), ('updates', 'The latest updates'),
                    ('groups', 'The groups that meet'), ('routes', 'Ways to get help or report'),
                    ('contact', 'The contact details'), ('documents', 'All documents'),
                    ('case-review', 'The yearly numbers of ASB case reviews'),
                    ('accessibility', 'The accessibility statement'),
                ],
                default='', max_length=16, verbose_name='below the text, show',
            ),
        ),
        migrations.RunPython(blocks_become_sections, migrations.RunPython.noop),
    ]
