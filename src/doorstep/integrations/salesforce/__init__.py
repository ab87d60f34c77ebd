"""Salesforce: asks as tasks, answers by completing them, a record's fields both ways."""

from doorstep.integrations.salesforce.channel import SalesforceChannel
from doorstep.integrations.salesforce.connector import SalesforceConnector
from doorstep.plugin_api.registry import EXPIRES, Asked, Integration

INTEGRATION = Integration(
    kind="salesforce",
    system="Salesforce",
    channel=SalesforceChannel,
    connector=SalesforceConnector,
    asks=(
        Asked("site", "My Domain", "https://northwind.my.salesforce.com", required=True),
        Asked("client_id", "Consumer key", "Of the External Client App", required=True),
        Asked("client_secret", "Consumer secret", "For client credentials", secret=True),
        Asked("private_key", "Private key", "For JWT bearer: PEM, of the certificate in the app", secret=True),
        Asked("username", "User to act as", "For JWT bearer"),
        Asked(
            "audience",
            "Audience",
            "For JWT bearer: https://login.salesforce.com, or https://test.salesforce.com",
            seldom=True,
        ),
        Asked(
            "key_field", "Field for our key", "A text field of Task marked External ID; Doorstep_key__c unless given"
        ),
        Asked("status_field", "Field for the status line", "By label; without one a task shows it", seldom=True),
        Asked("objects", "Watched objects", "With commas between; Opportunity unless given", seldom=True),
        Asked("relations", "Related records to read", "With commas between; Account, Owner unless given", seldom=True),
        Asked("no", "Counts as a no", "Closed statuses of a task, with commas between", seldom=True),
        EXPIRES,
    ),
)

__all__ = ["INTEGRATION", "SalesforceChannel", "SalesforceConnector"]
