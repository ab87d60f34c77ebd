"""The addresses of the screens."""

from __future__ import annotations

from django.urls import path

from doorstep.web.views import connections, invitation, library, people, process, publish

app_name = "web"
urlpatterns = [
    path("library/", library.library, name="library"),
    path("library/publish/", publish.publish_page, name="publish"),
    path("library/<slug:key>/", process.process, name="process"),
    path("library/<slug:key>/<int:number>/", process.version, name="version"),
    path("library/<slug:key>/<int:number>/text", process.text, name="process_text"),
    path("people/", people.people, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("invitation/<str:token>", invitation.invitation, name="invitation"),
    path("connections/", connections.connections, name="connections"),
    path("connections/<str:name>/", connections.connection, name="connection"),
]
