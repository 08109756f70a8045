from django.contrib.admin.apps import AdminConfig


class EditingConfig(AdminConfig):
    default_site = "sosafe_site.publishing.typed.Site"
