"""Every address Doorstep answers."""

from __future__ import annotations

from django.urls import include, path

from doorstep.api.main import api
from doorstep.web.views.invitation import forgotten

urlpatterns = [
    path("account/password/reset/", forgotten),  # before allauth's, which would need mail of its own
    path("account/", include("allauth.urls")),
    path("api/", api.urls),
    path("", include("doorstep.web.urls")),
]
