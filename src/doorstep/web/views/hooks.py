"""Where systems of record call: hints that something changed; the record is read again before anything is believed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from doorstep.cases.observe import observe
from doorstep.connections import queries
from doorstep.connections.secrets import opened_all
from doorstep.integrations.jira import UnreadableWebhook, parse, verify

LIMIT = 2 * 1024 * 1024


@csrf_exempt  # signed by the caller instead
@require_POST
def hook(request: HttpRequest, name: str) -> HttpResponse:
    """Take a webhook of Jira: keep it, then look at the issue afresh.  2xx only after it is kept."""
    connection = queries.named(name)
    if connection is None or connection.kind != "jira":
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LIMIT:
        return _say(413, "Expected at most 2 MiB.")
    body, headers = request.body, dict(request.headers.items())
    if not verify(opened_all(connection.secrets).get("webhook_secret", ""), headers, body):
        return _say(
            401, "Expected X-Hub-Signature made with the secret of this connection. Paste it into Jira's webhook."
        )
    try:
        hint = parse(headers, body)
    except UnreadableWebhook as error:
        return _say(400, str(error))
    if hint is not None:
        observe(hint)
    return HttpResponse(status=204)


def _say(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
