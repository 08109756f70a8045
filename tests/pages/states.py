"""What is said of strategies and plans in every state, to be read aloud; {noun} is "strategy" or "action plan"."""

from partners.models import Series
from tests.make import typed


def a(first, last, agreed="", **fields):
    days = typed(starts_on=first, ends_on=last, agreed_on=agreed)
    return {"title": "A", "slug": "a", **days, **fields}


def b(first, last, agreed="", **fields):
    return a(first, last, agreed, **{"title": "B", "slug": "b", **fields})


ASSUMED = a("2018-04-01?", "2021-03-31?")
EXACT = a("2018-04-01", "2021-03-31")
LABELLED = a("2018-04-01?", "2021-03-31?", period_label="2018-21")
OVERLAP = [a("2018-04-01", "2021-06-30"), b("2021-04-01", "2024-03-31")]
GAP = [EXACT, b("2021-07-01", "2024-03-31")]
DRAFT = [EXACT, b("2021-04-01", "2024-03-31", standing="proposed")]
LATE = [a("2015-04-01", "2018-03-31"), b("2018-04-01", "2021-03-31", "2018-07-23")]
EXTENDED = a("2018-04-01", "2022-03-31", extended=("2021-03-31", "2021-02-10"))

# Records, day; what stands above /strategy/ or /action-plan/, and what stands above the page of each record
STATES: dict = {
    "none": ([], "2021-04-01", "We hold no {noun} for today, 1 April 2021.", []),
    "before the first day": (
        [EXACT],
        "2018-03-31",
        "We hold no {noun} for today, 31 March 2018. The A 2018 to 2021 begins on 1 April 2018.",
        ["This {noun} has not started yet. It runs from 1 April 2018 to 31 March 2021."],
    ),
    "before days that are assumed": (
        [ASSUMED],
        "2017-12-31",
        "We hold no {noun} for today, 31 December 2017. The A 2018 to 2021 begins in 2018.",
        ["This {noun} has not started yet. It runs from 2018 to 2021."],
    ),
    "before an assumed day, in its year": (
        [ASSUMED],
        "2018-03-31",
        "We hold no {noun} for today, 31 March 2018. The A 2018 to 2021 begins in 2018.",
        [
            "As far as we know, this {noun} has not started yet. It runs from 2018 to 2021. Its exact days are not confirmed."
        ],
    ),
    "an assumed first day": (
        [ASSUMED],
        "2018-04-01",
        "In force, as far as we know. It runs from 2018 to 2021. Its exact days are not confirmed.",
        ["In force, as far as we know. It runs from 2018 to 2021. Its exact days are not confirmed."],
    ),
    "well within assumed days": (
        [ASSUMED],
        "2019-06-01",
        "In force. It runs from 2018 to 2021.",
        ["In force. It runs from 2018 to 2021."],
    ),
    "an assumed last day": (
        [ASSUMED],
        "2021-03-31",
        "In force, as far as we know. It runs from 2018 to 2021. Its exact days are not confirmed.",
        ["In force, as far as we know. It runs from 2018 to 2021. Its exact days are not confirmed."],
    ),
    "after an assumed day, in its year": (
        [ASSUMED],
        "2021-04-01",
        "We hold no {noun} for today, 1 April 2021. The last was the A 2018 to 2021. As far as we know, it ended in 2021.",
        [
            "As far as we know, this {noun} has ended. It ran from 2018 to 2021. Its exact days are not confirmed. No later {noun} is on this site."
        ],
    ),
    "years after assumed days": (
        [ASSUMED],
        "2023-04-01",
        "We hold no {noun} for today, 1 April 2023. The last was the A 2018 to 2021. It ended in 2021.",
        ["This {noun} has ended. It ran from 2018 to 2021. No later {noun} is on this site."],
    ),
    "the first day": (
        [EXACT],
        "2018-04-01",
        "In force. It runs from 1 April 2018 to 31 March 2021.",
        ["In force. It runs from 1 April 2018 to 31 March 2021."],
    ),
    "the last day": (
        [EXACT],
        "2021-03-31",
        "In force. It runs from 1 April 2018 to 31 March 2021.",
        ["In force. It runs from 1 April 2018 to 31 March 2021."],
    ),
    "the day after": (
        [EXACT],
        "2021-04-01",
        "We hold no {noun} for today, 1 April 2021. The last was the A 2018 to 2021. It ended on 31 March 2021.",
        ["This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. No later {noun} is on this site."],
    ),
    "a calendar year": (
        [a("2019-01-01", "2019-12-31")],
        "2019-12-31",
        "In force. It runs from 1 January 2019 to 31 December 2019.",
        ["In force. It runs from 1 January 2019 to 31 December 2019."],
    ),
    "a calendar year over": (
        [a("2019-01-01", "2019-12-31")],
        "2020-01-01",
        "We hold no {noun} for today, 1 January 2020. The last was the A 2019. It ended on 31 December 2019.",
        ["This {noun} has ended. It ran from 1 January 2019 to 31 December 2019. No later {noun} is on this site."],
    ),
    "a quarter": (
        [a("2019-04-01", "2019-06-30")],
        "2019-06-30",
        "In force. It runs from 1 April 2019 to 30 June 2019.",
        ["In force. It runs from 1 April 2019 to 30 June 2019."],
    ),
    "a quarter over": (
        [a("2019-04-01", "2019-06-30")],
        "2019-07-01",
        "We hold no {noun} for today, 1 July 2019. The last was the A April to June 2019. It ended on 30 June 2019.",
        ["This {noun} has ended. It ran from 1 April 2019 to 30 June 2019. No later {noun} is on this site."],
    ),
    "a quarter of assumed days": (
        [a("2019-04-01?", "2019-06-30?")],
        "2019-06-30",
        "In force, as far as we know. It runs in 2019. Its exact days are not confirmed.",
        ["In force, as far as we know. It runs in 2019. Its exact days are not confirmed."],
    ),
    "an officer's label": (
        [LABELLED],
        "2020-03-31",
        "In force. It runs from 2018 to 2021.",
        ["In force. It runs from 2018 to 2021."],
    ),
    "an officer's label over": (
        [LABELLED],
        "2022-04-01",
        "We hold no {noun} for today, 1 April 2022. The last was the A 2018-21. It ended in 2021.",
        ["This {noun} has ended. It ran from 2018 to 2021. No later {noun} is on this site."],
    ),
    "years alone, within the first": (
        [a("2018", "2021")],
        "2018-06-01",
        "We know of no {noun} in force today, 1 June 2018. We do not know whether the A 2018 to 2021 is in force. It is on record as running from 2018 to 2021.",
        [
            "We do not know whether this {noun} is in force on 1 June 2018. It is on record as running from 2018 to 2021."
        ],
    ),
    "years alone, between": (
        [a("2018", "2021")],
        "2019-06-01",
        "In force. It runs from 2018 to 2021.",
        ["In force. It runs from 2018 to 2021."],
    ),
    "years alone, over": (
        [a("2018", "2021")],
        "2022-01-01",
        "We hold no {noun} for today, 1 January 2022. The last was the A 2018 to 2021. It ended in 2021.",
        ["This {noun} has ended. It ran from 2018 to 2021. No later {noun} is on this site."],
    ),
    "months alone, within the last": (
        [a("April 2018", "March 2021")],
        "2021-03-15",
        "We know of no {noun} in force today, 15 March 2021. We do not know whether the A 2018 to 2021 is in force. It is on record as running from April 2018 to March 2021.",
        [
            "We do not know whether this {noun} is in force on 15 March 2021. It is on record as running from April 2018 to March 2021."
        ],
    ),
    "over by a day": (
        [a("2018-04-01", "by 2021-12-31")],
        "2020-01-01",
        "We know of no {noun} in force today, 1 January 2020. We do not know whether the A 2018 to 2021 is in force. It is on record as running from 1 April 2018 to 31 December 2021 or earlier.",
        [
            "We do not know whether this {noun} is in force on 1 January 2020. It is on record as running from 1 April 2018 to 31 December 2021 or earlier."
        ],
    ),
    "over by a day that is past": (
        [a("2018-04-01", "by 2021-12-31")],
        "2022-01-01",
        "We hold no {noun} for today, 1 January 2022. The last was the A 2018 to 2021. It ended by 31 December 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 December 2021 or earlier. No later {noun} is on this site."
        ],
    ),
    "an end that is not on record": (
        [a("2018-04-01", "?")],
        "2020-01-01",
        "We know of no {noun} in force today, 1 January 2020. We do not know whether the A from 2018 is in force. It is on record as running from 1 April 2018. Its last day is not on record.",
        [
            "We do not know whether this {noun} is in force on 1 January 2020. It is on record as running from 1 April 2018. Its last day is not on record."
        ],
    ),
    "an open end": (
        [a("2018-04-01", "")],
        "2999-01-01",
        "In force. It runs from 1 April 2018.",
        ["In force. It runs from 1 April 2018."],
    ),
    "no first day": (
        [a("", "2021-03-31")],
        "2020-03-31",
        "We know of no {noun} in force today, 31 March 2020. We do not know whether the A until 2021 is in force. It is on record as running until 31 March 2021.",
        [
            "We do not know whether this {noun} is in force on 31 March 2020. It is on record as running until 31 March 2021."
        ],
    ),
    "no first day, the last day": (
        [a("", "2021-03-31")],
        "2021-03-31",
        "In force. It runs until 31 March 2021.",
        ["In force. It runs until 31 March 2021."],
    ),
    "no first day, over": (
        [a("", "2021-03-31")],
        "2021-04-01",
        "We hold no {noun} for today, 1 April 2021. The last was the A until 2021. It ended on 31 March 2021.",
        ["This {noun} has ended. It ran until 31 March 2021. No later {noun} is on this site."],
    ),
    "undated": (
        [a("", "")],
        "2021-04-01",
        "We know of no {noun} in force today, 1 April 2021. The dates of the A are not stated.",
        ["The dates of this {noun} are not stated."],
    ),
    "dates not on record": (
        [a("?", "?")],
        "2021-04-01",
        "We know of no {noun} in force today, 1 April 2021. The dates of the A are not stated.",
        ["The dates of this {noun} are not stated."],
    ),
    "the last day before an overlap": (
        OVERLAP,
        "2021-03-31",
        "In force. It runs from 1 April 2018 to 30 June 2021.",
        [
            "In force. It runs from 1 April 2018 to 30 June 2021.",
            "This {noun} has not started yet. It runs from 1 April 2021 to 31 March 2024.",
        ],
    ),
    "an overlap": (
        OVERLAP,
        "2021-04-01",
        "In force. It runs from 1 April 2021 to 31 March 2024.",
        [
            "In force. It runs from 1 April 2018 to 30 June 2021.",
            "In force. It runs from 1 April 2021 to 31 March 2024.",
        ],
    ),
    "after an overlap": (
        OVERLAP,
        "2021-07-01",
        "In force. It runs from 1 April 2021 to 31 March 2024.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 30 June 2021. It was followed by B 2021 to 2024.",
            "In force. It runs from 1 April 2021 to 31 March 2024.",
        ],
    ),
    "the first day of a gap": (
        GAP,
        "2021-04-01",
        "We hold no {noun} for today, 1 April 2021. The last was the A 2018 to 2021. It ended on 31 March 2021. The B 2021 to 2024 begins on 1 July 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. The next one, the B 2021 to 2024, begins on 1 July 2021. We hold none for 1 April 2021 to 30 June 2021.",
            "This {noun} has not started yet. It runs from 1 July 2021 to 31 March 2024.",
        ],
    ),
    "after a gap": (
        GAP,
        "2021-07-01",
        "In force. It runs from 1 July 2021 to 31 March 2024.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. The next on this site is the B 2021 to 2024. We hold none for 1 April 2021 to 30 June 2021.",
            "In force. It runs from 1 July 2021 to 31 March 2024.",
        ],
    ),
    "a draft beside what is in force": (
        DRAFT,
        "2021-03-31",
        "In force. It runs from 1 April 2018 to 31 March 2021.",
        [
            "In force. It runs from 1 April 2018 to 31 March 2021.",
            "This {noun} is a draft for consultation. It has not been agreed. It is meant to run from 1 April 2021 to 31 March 2024.",
        ],
    ),
    "ended with only a draft": (
        DRAFT,
        "2021-04-01",
        "We hold no {noun} for today, 1 April 2021. The last was the A 2018 to 2021. It ended on 31 March 2021. There is a draft for consultation, the B 2021 to 2024. It has not been agreed. It is meant to run from 1 April 2021 to 31 March 2024.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. There is a draft for the time after it, the B 2021 to 2024. It is for consultation and not agreed.",
            "This {noun} is a draft for consultation. It has not been agreed. It is meant to run from 1 April 2021 to 31 March 2024.",
        ],
    ),
    "a draft whose days are over": (
        DRAFT,
        "2024-04-01",
        "We hold no {noun} for today, 1 April 2024. The last was the A 2018 to 2021. It ended on 31 March 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. There is a draft for the time after it, the B 2021 to 2024. We have no record that it was agreed.",
            "This {noun} is a draft. We have no record that it was agreed. It was meant to run from 1 April 2021 to 31 March 2024. That time is over.",
        ],
    ),
    "a draft without days": (
        [b("", "", standing="proposed")],
        "2024-04-01",
        "We hold no {noun} for today, 1 April 2024. There is a draft for consultation, the B (dates not stated). It has not been agreed.",
        ["This {noun} is a draft for consultation. It has not been agreed."],
    ),
    "to be agreed on a day to come": (
        LATE,
        "2018-06-01",
        "We hold no {noun} for today, 1 June 2018. The last was the A 2015 to 2018. It ended on 31 March 2018. There is a draft for consultation, the B 2018 to 2021. It is to be agreed on 23 July 2018. It is meant to run from 1 April 2018 to 31 March 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2015 to 31 March 2018. There is a draft for the time after it, the B 2018 to 2021. It is for consultation and not agreed.",
            "This {noun} is a draft for consultation. It is to be agreed on 23 July 2018. It is meant to run from 1 April 2018 to 31 March 2021.",
        ],
    ),
    "agreed late, after it": (
        LATE,
        "2018-07-23",
        "In force. It runs from 1 April 2018 to 31 March 2021. It was agreed on 23 July 2018.",
        [
            "This {noun} has ended. It ran from 1 April 2015 to 31 March 2018. It was followed by B 2018 to 2021.",
            "In force. It runs from 1 April 2018 to 31 March 2021. It was agreed on 23 July 2018.",
        ],
    ),
    "agreed on a day not on record": (
        [b("2018-04-01", "2021-03-31", "?")],
        "2018-06-01",
        "In force. It runs from 1 April 2018 to 31 March 2021.",
        ["In force. It runs from 1 April 2018 to 31 March 2021."],
    ),
    "agreed in a year": (
        [b("2018-04-01", "2021-03-31", "2018")],
        "2018-06-01",
        "In force, as far as we know. It runs from 1 April 2018 to 31 March 2021. It was agreed in 2018.",
        ["In force, as far as we know. It runs from 1 April 2018 to 31 March 2021. It was agreed in 2018."],
    ),
    "agreed by a day": (
        [b("2018-04-01", "2021-03-31", "by 2018-12-31")],
        "2018-06-01",
        "In force, as far as we know. It runs from 1 April 2018 to 31 March 2021. It was agreed by 31 December 2018.",
        ["In force, as far as we know. It runs from 1 April 2018 to 31 March 2021. It was agreed by 31 December 2018."],
    ),
    "before an extension was decided": (
        [EXTENDED],
        "2021-01-01",
        "In force. It runs from 1 April 2018 to 31 March 2021.",
        ["In force. It runs from 1 April 2018 to 31 March 2021."],
    ),
    "extended": (
        [EXTENDED],
        "2021-06-01",
        "In force. It runs from 1 April 2018 to 31 March 2022. It was to end on 31 March 2021, but was extended on 10 February 2021.",
        [
            "In force. It runs from 1 April 2018 to 31 March 2022. It was to end on 31 March 2021, but was extended on 10 February 2021."
        ],
    ),
    "extended and over": (
        [EXTENDED],
        "2022-06-01",
        "We hold no {noun} for today, 1 June 2022. The last was the A 2018 to 2022. It ended on 31 March 2022.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2022. It was to end on 31 March 2021, but was extended on 10 February 2021. No later {noun} is on this site."
        ],
    ),
    "followed after a gap": (
        [a("2018-04-01?", "2021-03-31?"), b("2025-04-01?", "2028-03-31?")],
        "2026-01-01",
        "In force. It runs from 2025 to 2028.",
        [
            "This {noun} has ended. It ran from 2018 to 2021. The next on this site is the B 2025 to 2028. We hold none for 2021 to 2025.",
            "In force. It runs from 2025 to 2028.",
        ],
    ),
    "followed at once": (
        [EXACT, b("2021-04-01", "")],
        "2026-01-01",
        "In force. It runs from 1 April 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. It was followed by B from 2021.",
            "In force. It runs from 1 April 2021.",
        ],
    ),
    "of another series": (
        [EXACT, b("2021-04-01", "", series="Bedwell")],
        "2022-01-01",
        "We hold no {noun} for today, 1 January 2022. The last was the A 2018 to 2021. It ended on 31 March 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. No later {noun} is on this site.",
            "In force. It runs from 1 April 2021.",
        ],
    ),
}

# The same, told of a day that is over; the reader's own day is 1 June 2026
AS_AT: dict = {
    "before it was agreed": (
        LATE,
        "2018-06-01",
        "We hold no {noun} for 1 June 2018. The last was the A 2015 to 2018. It ended on 31 March 2018. The B 2018 to 2021 was for consultation. It was agreed on 23 July 2018. It was meant to run from 1 April 2018 to 31 March 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2015 to 31 March 2018. The next on this site is the B 2018 to 2021. On that day it had not been agreed.",
            "On 1 June 2018, this {noun} was for consultation. It was agreed on 23 July 2018. It was meant to run from 1 April 2018 to 31 March 2021.",
        ],
    ),
    "on the day it was agreed": (
        LATE,
        "2018-07-23",
        "In force. It runs from 1 April 2018 to 31 March 2021. It was agreed on 23 July 2018.",
        [
            "This {noun} has ended. It ran from 1 April 2015 to 31 March 2018. It was followed by B 2018 to 2021.",
            "In force. It runs from 1 April 2018 to 31 March 2021. It was agreed on 23 July 2018.",
        ],
    ),
    "long before": (
        [b("2026-04-01", "2027-03-31", "2026-03-19")],
        "2018-01-01",
        "We hold no {noun} for 1 January 2018.",
        [
            "On 1 January 2018, this {noun} had not been agreed. It was agreed on 19 March 2026. It was meant to run from 1 April 2026 to 31 March 2027."
        ],
    ),
    "between two": (
        [EXACT, b("2025-04-01", "2028-03-31")],
        "2022-06-01",
        "We hold no {noun} for 1 June 2022. The last was the A 2018 to 2021. It ended on 31 March 2021. The B 2025 to 2028 begins on 1 April 2025.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. The next one, the B 2025 to 2028, begins on 1 April 2025. We hold none for 1 April 2021 to 31 March 2025.",
            "On 1 June 2022, this {noun} had not started. It runs from 1 April 2025 to 31 March 2028.",
        ],
    ),
    "agreed on a day not on record, before it began": (
        [b("2018-04-01", "2021-03-31", "?")],
        "2018-01-01",
        "We hold no {noun} for 1 January 2018. The B 2018 to 2021 begins on 1 April 2018.",
        ["On 1 January 2018, this {noun} had not started. It runs from 1 April 2018 to 31 March 2021."],
    ),
    "before an extension was decided, past its former last day": (
        [a("2018-04-01", "2022-03-31", extended=("2021-03-31", "2021-05-10"))],
        "2021-04-15",
        "We hold no {noun} for 15 April 2021. The last was the A 2018 to 2022. It ended on 31 March 2021.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. It was extended later, to 31 March 2022. No later {noun} is on this site."
        ],
    ),
    "years alone": (
        [a("2018", "2021")],
        "2018-06-01",
        "We know of no {noun} in force on 1 June 2018. We do not know whether the A 2018 to 2021 was in force then. It is on record as running from 2018 to 2021.",
        [
            "We do not know whether this {noun} was in force on 1 June 2018. It is on record as running from 2018 to 2021."
        ],
    ),
    "still a draft today": (
        DRAFT,
        "2021-04-01",
        "We hold no {noun} for 1 April 2021. The last was the A 2018 to 2021. It ended on 31 March 2021. There is a draft for consultation, the B 2021 to 2024. It has not been agreed. It is meant to run from 1 April 2021 to 31 March 2024.",
        [
            "This {noun} has ended. It ran from 1 April 2018 to 31 March 2021. There is a draft for the time after it, the B 2021 to 2024. It is for consultation and not agreed.",
            "This {noun} is a draft for consultation. It has not been agreed. It is meant to run from 1 April 2021 to 31 March 2024.",
        ],
    ),
}


def build(maker, part, records):
    for fields in records:
        fields = dict(fields)
        extended, series = fields.pop("extended", None), fields.pop("series", None)
        if series:
            fields["series"], _ = Series.objects.get_or_create(name=series)
        record = maker(**fields)
        part(record)
        if extended:
            record.extensions.create(**typed(until_on=extended[0], decided_on=extended[1]))
