from __future__ import annotations

import pytest
from tests.web.office import POLICY, Office

pytestmark = pytest.mark.database


def test_all(office: Office) -> None:
    case = office.start()
    office.published(POLICY)
    for who in ("ana", "vera"):
        for url in ["/", "/running/", "/library/", f"/run/{case.id}/", f"/run/{case.id}/live", "/stuck/", "/start/close-a-client-project",
            "/library/publish/", "/library/close-a-client-project/", "/library/travel-policy/", "/people/", "/connections/", "/connections/new/?kind=jira",
            "/account/password/change/", "/account/2fa/"]:
            r = office.client(who).get(url)
            print(who, url, r.status_code)
