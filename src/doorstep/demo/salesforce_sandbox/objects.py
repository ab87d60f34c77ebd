"""What the sandbox's objects are made of: fields with the labels, types and limits a real organisation has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from doorstep.demo.state import Json


@dataclass(frozen=True, slots=True)
class Field:
    """One field.  ``relationship`` is the name a query uses to look through a reference."""

    name: str
    label: str
    type: str = "string"
    refers_to: str = ""
    relationship: str = ""
    picklist: tuple[str, ...] = ()
    length: int = 255
    writable: bool = True
    required: bool = False
    external_id: bool = False
    is_name: bool = False

    def described(self) -> Json:
        """Return the field as a describe has it."""
        shown: Json = {"name": self.name, "label": self.label, "type": self.type, "length": self.length}
        shown |= {"updateable": self.writable, "createable": self.writable, "nillable": not self.required}
        shown |= {"custom": self.name.endswith("__c"), "externalId": self.external_id, "nameField": self.is_name}
        shown |= {"referenceTo": [self.refers_to] if self.refers_to else [], "calculated": False}
        shown["relationshipName"] = self.relationship or None
        shown["picklistValues"] = [{"value": one, "label": one, "active": True} for one in self.picklist]
        return shown


@dataclass(frozen=True, slots=True)
class Kind:
    """One object: its fields by API name."""

    name: str
    label: str
    prefix: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Return a field by its API name, in any case."""
        return next((field for field in self.fields if field.name.lower() == name.lower()), None)

    def through(self, relationship: str) -> Field | None:
        """Return the reference a relationship's name looks through."""
        return next((field for field in self.fields if field.relationship.lower() == relationship.lower()), None)


def _system() -> Iterator[Field]:
    yield Field("Id", "Record ID", "id", writable=False)
    yield Field("IsDeleted", "Deleted", "boolean", writable=False)
    yield Field("CreatedDate", "Created Date", "datetime", writable=False)
    yield Field("CreatedById", "Created By ID", "reference", "User", "CreatedBy", writable=False)
    yield Field("LastModifiedDate", "Last Modified Date", "datetime", writable=False)
    yield Field("LastModifiedById", "Last Modified By ID", "reference", "User", "LastModifiedBy", writable=False)
    yield Field("SystemModstamp", "System Modstamp", "datetime", writable=False)


_STAGES = ("Prospecting", "Negotiation", "In delivery", "Closed Won", "Closed Lost")
TASK_STATUSES = ("Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred")

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "User",
            "User",
            "005",
            (
                *_system(),
                Field("Name", "Full Name", is_name=True, writable=False),
                Field("Email", "Email", "email"),
                Field("Username", "Username"),
                Field("IsActive", "Active", "boolean"),
            ),
        ),
        Kind(
            "Group",
            "Group",
            "00G",
            (
                *_system(),
                Field("Name", "Name", is_name=True),
                Field("DeveloperName", "Developer Name"),
                Field("Type", "Type", "picklist", picklist=("Queue", "Regular")),
            ),
        ),
        Kind(
            "Account",
            "Account",
            "001",
            (
                *_system(),
                Field("Name", "Account Name", is_name=True, required=True),
                Field("Industry", "Industry", "picklist", picklist=("Food & Beverage", "Retail", "Technology")),
                Field("OwnerId", "Owner ID", "reference", "User", "Owner"),
            ),
        ),
        Kind(
            "Opportunity",
            "Opportunity",
            "006",
            (
                *_system(),
                Field("Name", "Name", is_name=True, required=True, length=120),
                Field("AccountId", "Account ID", "reference", "Account", "Account"),
                Field("OwnerId", "Owner ID", "reference", "User", "Owner"),
                Field("StageName", "Stage", "picklist", picklist=_STAGES, required=True),
                Field("Amount", "Amount", "currency"),
                Field("CloseDate", "Close Date", "date", required=True),
                Field("IsClosed", "Closed", "boolean", writable=False),
                Field("IsWon", "Won", "boolean", writable=False),
                Field("Release__c", "Release"),
                Field(
                    "Delivery_status__c",
                    "Delivery status",
                    "picklist",
                    picklist=("Planned", "In delivery", "Delivered"),
                ),
                Field("Go_live_date__c", "Go-live date", "date"),
                Field("Delivery_contact__c", "Delivery contact", "email", length=80),
                Field("Doorstep_status__c", "Doorstep status", "textarea", length=255),
            ),
        ),
        Kind(
            "Task",
            "Task",
            "00T",
            (
                *_system(),
                Field("Subject", "Subject"),
                Field("Description", "Comments", "textarea", length=32_000),
                Field("Status", "Status", "picklist", picklist=TASK_STATUSES, required=True),
                Field("Priority", "Priority", "picklist", picklist=("High", "Normal", "Low"), required=True),
                Field("ActivityDate", "Due Date Only", "date"),
                Field("WhatId", "Related To ID", "reference", "Opportunity", "What"),
                Field("OwnerId", "Assigned To ID", "reference", "User", "Owner"),
                Field("IsClosed", "Closed", "boolean", writable=False),
                Field("CompletedDateTime", "Completed Date", "datetime", writable=False),
                Field("Doorstep_key__c", "Doorstep key", external_id=True, length=120),
            ),
        ),
        Kind(
            "TaskFeed",
            "Task Feed",
            "0D5",
            (
                *_system(),
                Field("ParentId", "Parent ID", "reference", "Task", "Parent", writable=False),
                Field("Body", "Body", "textarea", length=10_000, writable=False),
                Field("Type", "Feed Item Type", "picklist", picklist=("TextPost", "TrackedChange"), writable=False),
            ),
        ),
        Kind(
            "ContentVersion",
            "Content Version",
            "068",
            (
                *_system(),
                Field("Title", "Title", required=True, is_name=True),
                Field("PathOnClient", "Path On Client", required=True, length=500),
                Field("VersionData", "Version Data", "base64", required=True),
                Field("FirstPublishLocationId", "First Publish Location ID", "reference"),
                Field("ContentDocumentId", "Content Document ID", "reference", writable=False),
                Field("Checksum", "Checksum", writable=False),
                Field("ContentSize", "Content Size", "int", writable=False),
            ),
        ),
        Kind(
            "ContentDocumentLink",
            "Content Document Link",
            "06A",
            (
                *_system(),
                Field("LinkedEntityId", "Linked Entity ID", "reference"),
                Field("ContentDocumentId", "Content Document ID", "reference"),
                Field("ShareType", "Share Type", "picklist", picklist=("V", "C", "I")),
            ),
        ),
    )
}


def kind_of(record: str) -> Kind | None:
    """Return what a record is, by the first three characters of its id."""
    return next((kind for kind in KINDS.values() if record.startswith(kind.prefix)), None)
