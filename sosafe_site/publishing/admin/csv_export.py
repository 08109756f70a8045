"""Any list of the admin as a sheet: what is filtered and searched, in the columns of the list."""

import csv
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime

from sosafe_site.periods import today

BOM = "\ufeff"  # by which Excel knows UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is worked out by a spreadsheet, not shown


def sheet(request: HttpRequest, listed: ChangeList) -> HttpResponse:
    listed.show_all, listed.list_max_show_all = True, sys.maxsize
    listed.get_results(request)
    name = f"{listed.opts.verbose_name_plural} {today():%Y-%m-%d}.csv".replace(" ", "-")
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows(rows(listed))
    return response


def rows(listed: ChangeList) -> Iterator[list[str]]:
    columns = [str(name) for name in listed.list_display if name != "action_checkbox"]
    values = [[value(name, record, listed.model_admin) for name in columns] for record in listed.result_list]
    # Markup is a link or a button of the list, nothing to read in a sheet
    shown = [n for n in range(len(columns)) if not any(isinstance(row[n], SafeString) for row in values)]
    labels = [str(label_for_field(name, listed.model, listed.model_admin)) for name in columns]
    yield [cell(capfirst(labels[n])) for n in shown]
    for row in values:
        yield [cell(row[n]) for n in shown]


def value(name: str, record: Any, model_admin: Any) -> Any:
    try:
        field, _, found = lookup_field(name, record, model_admin)
    except ObjectDoesNotExist:
        return None
    if field is not None and field.flatchoices:
        return dict(field.flatchoices).get(found, found)
    return found


def cell(found: Any) -> str:
    """As text that no spreadsheet takes for a formula; days and moments as ISO 8601 has them."""
    if found is None or isinstance(found, bool):
        return {None: "", True: "Yes", False: "No"}[found]
    if isinstance(found, datetime):
        return f"{localtime(found):%Y-%m-%d %H:%M}"
    if isinstance(found, date):
        return f"{found:%Y-%m-%d}"
    text = str(found)
    return f"'{text}" if text.startswith(FORMULA) else text
