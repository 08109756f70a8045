from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

admin.site.site_header = "SoSafe: editing"
admin.site.site_title = "SoSafe"
admin.site.index_title = "What would you like to change?"
admin.site.empty_value_display = "–"

admin.site.unregister(Group)  # of accounts; officers look for the partnership's

handler400 = "pages.views.bad_request"
handler404 = "pages.views.not_found"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("partners.urls")),
    path("", include("meetings.urls")),
    path("", include("sosafe_site.publishing.urls")),
    path("", include("pages.urls")),  # last: a page's own address could hide another's
]
