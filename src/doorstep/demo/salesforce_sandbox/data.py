"""The first state of the sandbox: the example's people, one account, one opportunity in delivery."""

from __future__ import annotations

from doorstep.demo import company
from doorstep.demo.state import Json

CLIENT_ID = "3MVG9.salesforce-sandbox-client"
CLIENT_SECRET = "salesforce-sandbox-secret"  # noqa: S105 - opens a sandbox
ROBOT = company.salesforce_id("005", 999)
ROBOT_EMAIL = f"doorstep@{company.DOMAIN}"


def first(stamp: str) -> Json:
    """Return the document a new sandbox starts from."""
    ana, priya = company.BY_KEY["ana"].salesforce, company.BY_KEY["priya"].salesforce
    users = [(p.salesforce, p.name, p.email) for p in company.PEOPLE if p.salesforce]
    records: Json = {
        "User": {
            number: {"Name": name, "Email": email, "Username": email, "IsActive": True}
            for number, name, email in [*users, (ROBOT, "Doorstep", ROBOT_EMAIL)]
        },
        "Group": {company.QUEUE_ID: {"Name": company.QUEUE_NAME, "DeveloperName": "Customer_Success", "Type": "Queue"}},
        "Account": {company.ACCOUNT_ID: {"Name": company.CLIENT, "Industry": "Food & Beverage", "OwnerId": ana}},
        "Opportunity": {company.OPPORTUNITY_ID: _opportunity(ana)},
        "Task": {},
    }
    for kind in records.values():
        for number, record in kind.items():
            record |= {"Id": number, "IsDeleted": False, **_stamps(stamp, priya)}
    return {"records": records, "tokens": [], "next": 1, "links": []}


def _opportunity(owner: str) -> Json:
    return {
        "Name": company.OPPORTUNITY_NAME,
        "AccountId": company.ACCOUNT_ID,
        "OwnerId": owner,
        "StageName": "In delivery",
        "Amount": float(company.VALUE),
        "CloseDate": "2026-03-31",
        "Release__c": company.JIRA_ISSUE,
        "Delivery_status__c": "In delivery",
    }


def _stamps(stamp: str, by: str) -> Json:
    dates = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), stamp)
    return dates | {"CreatedById": by, "LastModifiedById": by}
