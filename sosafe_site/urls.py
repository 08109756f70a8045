from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import include, path

from sosafe_site.accounts.admin import AccountAdmin

# Roles come by migration, and officers look for the partnership's groups; what signs an officer in is nobody else's.
admin.site.unregister([Group, User, EmailAddress, Authenticator])
admin.site.register(User, AccountAdmin)

handler400 = "pages.views.bad_request"
handler404 = "pages.views.not_found"
handler429 = "sosafe_site.accounts.limits.too_many"  # which allauth asks for
handler500 = "pages.views.server_error"

urlpatterns = [
    path("admin/account/", include("sosafe_site.accounts.urls")),
    path("admin/", admin.site.urls),
    path("admin/login/", admin.site.login, name="account_login"),  # the admin's own, by the name that allauth asks for
    path("", include("partners.urls")),
    path("", include("meetings.urls")),
    path("", include("sosafe_site.publishing.urls")),
    path("", include("pages.urls")),  # last: a page's own address could hide another's
]
