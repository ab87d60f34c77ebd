"""Every address Doorstep answers."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("doorstep.web.urls")),
]
