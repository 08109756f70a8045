"""How the site is, for programs that ask (/readyz) and for whoever runs it (`manage.py doctor`)."""
