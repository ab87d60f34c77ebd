"""The contract of the example as a small real PDF, made line by line so that no library is needed."""

from __future__ import annotations

from doorstep.demo import company

_TERMS = (
    ("1. Subject", "Northwind relaunches the web shop of Halden Foods: release 4.2, as in the statement of work."),
    ("2. Price", "EUR 84,000.00, due thirty days after go-live."),
    ("3. Go-live", "On the date both parties agree; Northwind keeps the rollback ready for ten working days."),
    ("4. Liability", "Capped at {cap} of the price, except for intent and gross negligence."),
    ("5. Contact", "Each party names one contact, who answers within one working day."),
)


def contract_pdf(*, cap: str = "100 %", version: int = 3) -> bytes:
    """Return one page of PDF 1.4.  ``cap`` is what a lawyer would argue about; the amended one says 150 %."""
    lines = [("F2", 20, f"Contract, version {version}"), ("F1", 12, company.OPPORTUNITY_NAME), ("F1", 12, "")]
    for heading, text in _TERMS:
        lines += [("F2", 12, heading), ("F1", 11, text.format(cap=cap)), ("F1", 8, "")]
    lines += [("F1", 11, "For Northwind: ______________________      For Halden Foods: ______________________")]
    return _document(_page(lines))


def _page(lines: list[tuple[str, int, str]]) -> bytes:
    parts, y = ["BT"], 770
    for font, size, text in lines:
        parts.append(f"/{font} {size} Tf 1 0 0 1 64 {y} Tm ({_literal(text)}) Tj")
        y -= size + 8
    return "\n".join([*parts, "ET"]).encode("latin-1")


def _literal(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _document(stream: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    fonts = b"<< /F1 5 0 R /F2 6 0 R >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font %s >> >>" % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    return _with_index(objects)


def _with_index(objects: list[bytes]) -> bytes:
    """Number the objects and add the cross-reference table, whose entries are exactly 20 bytes long."""
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + trailer
