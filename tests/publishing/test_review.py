"""Who looks after a record, when it was checked, and by when it is to be checked again."""

from datetime import UTC, date, datetime
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from sosafe_site.publishing.models import ReviewReminder
from tests import make
from tests.accounts.letters import PRINTED

DAY = date(2026, 5, 15)


def remind(day):
    with time_machine.travel(datetime.combine(day, datetime.min.time(), UTC).replace(hour=9)):
        call_command("send_review_reminders", verbosity=0)


@pytest.mark.parametrize(
    ("today", "words"),
    [(date(2026, 5, 15), "Next check by"), (date(2026, 5, 16), "Its check has been due since")],
    ids=["on the day", "the day after"],
)
@pytest.mark.parametrize("maker", [make.make_page, make.make_partner, make.make_strategy, make.make_group])
def test_the_page_says_when_it_is_reviewed_next(client, db, maker, today, words):
    record = maker(review_on=DAY)
    with time_machine.travel(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)):
        page = client.get(record.get_absolute_url()).content.decode()
    assert f'{words} <time datetime="2026-05-15">15 May 2026</time>.' in page


def test_the_post_is_written_to_two_weeks_before_and_once_only(db, mailoutbox):
    page = make.make_page(title="Privacy", maintainer=make.make_post(email="manager@example.org"), review_on=DAY)
    remind(date(2026, 4, 30))
    assert mailoutbox == []
    remind(date(2026, 5, 1))
    remind(date(2026, 5, 1))
    remind(date(2026, 5, 15))
    (message,) = mailoutbox
    assert message.to == ["manager@example.org"]
    assert "* Privacy\n  Check it by 15 May 2026.\n" in message.body
    assert f"http://127.0.0.1:8000/admin/pages/page/{page.pk}/change/" in message.body


def test_once_it_is_overdue_the_deputy_is_written_to_as_well(db, mailoutbox):
    deputy = make.make_post(email="deputy@example.org")
    owner = make.make_post(email="manager@example.org", deputy=deputy)
    for title in ("One", "Two"):
        make.make_page(title=title, maintainer=owner, review_on=DAY)
    remind(date(2026, 5, 1))
    remind(date(2026, 5, 16))
    remind(date(2026, 5, 17))
    assert [message.to for message in mailoutbox] == [
        ["manager@example.org"], ["manager@example.org"], ["deputy@example.org"],
    ]  # fmt: skip
    for message in mailoutbox[1:]:
        assert "* One\n  Its check has been due since 15 May 2026." in message.body
        assert "* Two" in message.body


def test_a_new_day_of_review_is_reminded_of_anew(db, mailoutbox):
    page = make.make_page(maintainer=make.make_post(), review_on=DAY)
    remind(DAY)
    page.review_on = date(2027, 5, 15)
    page.save()
    remind(date(2027, 5, 15))
    assert len(mailoutbox) == 2


def test_nobody_is_reminded_of_what_is_not_public_or_has_no_post(db, mailoutbox):
    post = make.make_post()
    make.make_page(review_on=DAY)
    make.make_page(maintainer=post, review_on=DAY, published_at=None)
    make.make_page(maintainer=post, review_on=DAY, withdrawn_at=make.LONG_AGO, withdrawal_reason="It was wrong.")
    remind(DAY)
    assert mailoutbox == []
    make.make_page(maintainer=post, review_on=DAY)
    remind(DAY)
    assert len(mailoutbox) == 1


def test_what_the_mail_server_did_not_take_is_sent_by_the_next_run(db, mailoutbox, monkeypatch):
    make.make_page(maintainer=make.make_post(), review_on=DAY)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        with pytest.raises(CommandError, match="The next run tries again"):
            remind(DAY)
    assert not ReviewReminder.objects.exists()
    remind(DAY)
    assert len(mailoutbox) == 1


def test_without_a_mail_server_nothing_is_printed_and_officers_are_told(settings, capsys, admin_client, mailoutbox):
    settings.EMAIL_BACKEND = PRINTED
    make.make_page(title="Privacy", maintainer=make.make_post(email="manager@example.org"), review_on=DAY)
    with pytest.raises(CommandError, match=r"^There is no mail server, so no reminder was sent\.") as told:
        remind(DAY)
    assert "\n" not in str(told.value)
    printed = "".join(capsys.readouterr())
    assert "manager@" not in printed
    assert "Privacy" not in printed
    home = " ".join(admin_client.get("/admin/").content.decode().split())
    assert "Reminders of checks:</strong> Failed on 15 May 2026, 10:00." in home
    assert "“manage.py send_review_reminders”: There is no mail server, so no reminder was sent. Name one in" in home
    settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.EmailBackend"
    remind(DAY)
    assert len(mailoutbox) == 1, "what was not sent is not taken for sent"


def test_what_a_mail_server_refuses_names_no_mailbox_in_the_log(db, monkeypatch):
    make.make_page(maintainer=make.make_post(email="manager@example.org"), review_on=DAY)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse_mailbox)
    with pytest.raises(CommandError, match="took no message") as told:
        remind(DAY)
    assert "manager" not in str(told.value)


def refuse_mailbox(backend, messages):
    raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such mailbox")})


def refuse(backend, messages):
    raise ConnectionRefusedError("no mail server")
