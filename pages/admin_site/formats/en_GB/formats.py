"""How the admin's lists write dates and times: as the public pages do, and times as its fields take them."""

from sosafe_site.partial_dates import DATE_WORDS

DATE_FORMAT = DATE_WORDS
TIME_FORMAT = "H:i"
DATETIME_FORMAT = f"{DATE_WORDS}, {TIME_FORMAT}"
