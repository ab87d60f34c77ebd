"""Pages that the tests of the library publish."""

from __future__ import annotations

FRIDAY = """# Close a client project

- Owner: VP Customer Success
- Expert: ana@x.example
- Group: Customer delivery

Take a project from "the work is done" to "the client has it".

| Fact | Kind | From |
|---|---|---|
| contract | file | whoever starts |

## Confirm the deployment

- Who: Delivery engineer

Look at production.

## Sign off the contract

- Who: Legal counsel, by e-mail
- Approve: {contract}
- If rejected: "Amend the contract", then ask again (at most 3 times)

## Amend the contract

- Who: whoever started this
- Fill in: contract (file)
"""

BROKEN = FRIDAY.replace('- If rejected: "Amend the contract", then ask again (at most 3 times)\n', "")

TEXT = """# Travel policy

- Owner: ana@x.example

## Purpose

Travel is for work.

## Hotels

Choose a cheap one.
"""
