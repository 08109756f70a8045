from django.urls import path

from sosafe_site.publishing import views

urlpatterns = [
    path("preview/<str:token>/", views.preview, name="preview"),
    path("documents/<slug:slug>/", views.document, name="document"),
    path("documents/<slug:slug>/file/", views.document_file, name="document-file"),
    path("documents/<slug:slug>/v/<int:number>/", views.document_version, name="document-version"),
    path("documents/<slug:slug>/v/<int:number>/file/", views.document_version_file, name="document-version-file"),
]
