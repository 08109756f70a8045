from django.urls import path

from meetings import views

urlpatterns = [
    path("meetings/<slug:slug>/", views.group, name="group"),
]
