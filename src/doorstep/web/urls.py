"""The addresses of the screens."""

from __future__ import annotations

from django.urls import path

from doorstep.web.views import (
    answer,
    case,
    change,
    connections,
    demo,
    file,
    home,
    hooks,
    invitation,
    library,
    lines,
    people,
    process,
    publish,
    running,
    start,
    stuck,
)

app_name = "web"
urlpatterns = [
    path("", home.front, name="home"),
    path("running/", running.running, name="running"),
    path("lines/", lines.lines, name="lines"),
    path("stuck/", stuck.stuck_steps, name="stuck"),
    path("start/<slug:key>", start.start, name="start"),
    path("run/<uuid:case_id>/", case.case, name="case"),
    path("run/<uuid:case_id>/page", lines.page, name="lines_page"),
    path("run/<uuid:case_id>/live", case.live, name="case_live"),
    path("run/<uuid:case_id>/change", change.change, name="change"),
    path("run/<uuid:case_id>/rescue", change.rescue, name="rescue"),
    path("run/<uuid:case_id>/answer-question", change.answer_question, name="answer_question"),
    path("run/<uuid:case_id>/file/<str:sha256>", file.file, name="file"),
    path("a/<str:token>", answer.by_link, name="answer"),
    path("a/<str:token>/file/<str:sha256>", answer.file_by_link, name="answer_file"),
    path("ask/<uuid:ask_id>", answer.by_login, name="ask"),
    path("ask/<uuid:ask_id>/file/<str:sha256>", answer.file_by_login, name="ask_file"),
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
    path("hooks/<str:name>", hooks.hook, name="hook"),
    path("demo/", demo.friday, name="demo"),
    path("demo/contract-v<int:version>.pdf", demo.contract, name="demo_contract"),
    path("demo/be", demo.be, name="demo_be"),
    path("demo/clock", demo.clock, name="demo_clock"),
]
