from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from doorstep.demo.faults import Fault, Faults
from doorstep.demo.serving import Answer, Request, Route, Site, as_json, dispatch, page, see
from doorstep.demo.state import State


def echo(request: Request) -> Answer:
    routes = (
        Route("GET", "/things/{}", lambda _, name: page(f"<p>{name}")),
        Route(
            "POST",
            "/form",
            lambda one: as_json([one.form(), [(f.name, f.media_type, f.content.decode()) for f in one.uploads()]]),
        ),
        Route("POST", "/away", lambda _: see("/things/1", Set_Cookie="a=b")),
        Route("GET", "/cookie", lambda one: as_json(one.cookie("who"))),
    )
    return dispatch(routes, request) or Answer(404)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(echo)
    yield site
    site.stop()


@pytest.fixture
def http(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, timeout=1.0, verify=False) as http:
        yield http


def test_a_segment_of_the_path_reaches_its_handler(http: httpx.Client) -> None:
    assert http.get("/things/a%20b").text == "<p>a b"
    assert http.get("/things/a/b").status_code == 404


def test_forms_are_read_either_way(http: httpx.Client) -> None:
    assert http.post("/form", data={"a": "1", "b": ""}).json() == [{"a": "1", "b": ""}, []]
    files = {"file": ("ü.txt", b"hello", "text/plain")}
    assert http.post("/form", data={"a": "é"}, files=files).json() == [{"a": "é"}, [["ü.txt", "text/plain", "hello"]]]


def test_a_file_a_browser_leaves_empty_is_none(http: httpx.Client) -> None:
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--x\r\nContent-Disposition: form-data; name="f"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n'
        b"--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert http.post("/form", content=parts, headers=headers).json() == [{"a": "1"}, []]


def test_after_a_form_the_browser_is_sent_on(http: httpx.Client) -> None:
    answer = http.post("/away")
    assert (answer.status_code, answer.headers["location"], answer.headers["set-cookie"]) == (303, "/things/1", "a=b")


def test_a_cookie_is_read_by_its_name(http: httpx.Client) -> None:
    assert http.get("/cookie", headers={"Cookie": "other=x; who=sam%20o"}).json() == "sam o"
    assert http.get("/cookie").json() == ""


@pytest.mark.parametrize(("origin", "status"), [("https://evil.example", 403), ("null", 403), (None, 200)])
def test_a_form_of_another_site_is_refused(http: httpx.Client, origin: str | None, status: int) -> None:
    headers = {"Origin": origin} if origin else {}
    assert http.post("/form", data={"a": "1"}, headers=headers).status_code == status
    assert http.post("/form", headers={"Origin": str(http.base_url).rstrip("/")}).status_code == 200


# -- faults ----------------------------------------------------------------------------------------


def test_a_fault_hits_as_often_as_it_is_told(site: Site, http: httpx.Client) -> None:
    site.faults.add(Fault("status", status=503, times=2, retry_after="3", match="GET /things"))
    assert [http.post("/form").status_code, http.get("/things/1").status_code] == [200, 503]
    assert http.get("/things/1").headers["retry-after"] == "3"
    assert http.get("/things/1").status_code == 200


def test_garbage_looks_like_success(site: Site, http: httpx.Client) -> None:
    site.faults.add(Fault("garbage"))
    assert (http.get("/things/1").status_code, http.get("/things/1").text) == (200, "<p>1")


def test_a_silent_fault_closes_without_a_word(site: Site, http: httpx.Client) -> None:
    site.faults.add(Fault("silent"))
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/things/1")


def test_faults_can_be_cleared_and_have_a_kind() -> None:
    faults = Faults()
    faults.add(Fault("status"))
    faults.clear()
    assert faults.take("GET", "/") is None
    with pytest.raises(ValueError, match="Expected a fault of one of status, garbage, slow, silent, but got 'odd'"):
        faults.add(Fault("odd"))


# -- state -----------------------------------------------------------------------------------------


def test_what_was_changed_is_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    with State(file, lambda: {"n": 1}).changing() as document:
        document["n"] = 2
    with State(file, lambda: {"n": 1}).reading() as document:
        assert document == {"n": 2}


def test_a_change_that_breaks_off_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "state.json"

    def break_off() -> None:
        with State(file, lambda: {"n": 1}).changing() as document:
            document["n"] = 1 // 0

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert not file.exists()
