from django.urls import path, register_converter
from django.urls.converters import IntConverter

from sosafe_site.publishing import views


class NumberConverter(IntConverter):
    """As the site writes it, without zeros before it: an address has one spelling."""

    regex = "[1-9][0-9]{0,8}"


register_converter(NumberConverter, "number")

urlpatterns = [
    path("pictures/<uuid:pk>/<str:name>", views.picture, name="picture"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("documents/<slug:slug>/", views.document, name="document"),
    path("documents/<slug:slug>/file/", views.document_file, name="document-file"),
    path("documents/<slug:slug>/v/<number:number>/", views.document_version, name="document-version"),
    path("documents/<slug:slug>/v/<number:number>/file/", views.document_version_file, name="document-version-file"),
]
