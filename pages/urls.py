from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.decorators.http import require_safe

from pages import views
from pages.sitemaps import Lists, Published

urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", views.robots),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": {"published": Published, "lists": Lists}}, name="sitemap"),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("updates/", views.updates, name="updates"),
    path("updates.atom", views.updates_feed, name="updates-feed"),
    path("contact/", views.contact, name="contact"),
    path("<slug:slug>/", views.page, name="page"),
]
