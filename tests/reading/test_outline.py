from __future__ import annotations

from pathlib import Path

from doorstep.reading.outline import outline
from doorstep.reading.text import read

PAGES = Path(__file__).parents[2] / "pages"


def test_the_outline_names_each_step_with_who_and_what() -> None:
    text = (PAGES / "close-client-project.md").read_text(encoding="utf-8")
    assert (
        outline(read(text).page)
        == """Close a client project
  1 Three confirmations: all at once
    1.1 Confirm the deployment: Delivery engineer, confirm, due 1 hour
    1.2 Sign off the contract: Legal counsel, by e-mail, approve {contract}, {value}, due 1 working day
    1.3 Amend the contract: whoever started this, fill in contract (file)
    1.4 Confirm logistics: VP Customer Success, fill in go-live (date, opportunity.Go-live date), contact (e-mail \
address, opportunity.Delivery contact)
  2 Update the CRM: set opportunity.Delivery status = "Delivered"
  3 Tell the client: tell {contact}, by e-mail, from whoever started this
"""
    )


def test_a_group_without_a_card_is_in_turn() -> None:
    assert outline(read("## A\n\n### B\n- Proof: mail\n").page) == "(no title)\n  1 A: in turn\n    1.1 B\n"
