"""The Django app of stewardship."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models import Q


class StewardshipConfig(AppConfig):
    name = "doorstep.stewardship"
    label = "stewardship"

    def ready(self) -> None:
        """Take our places in the floors below, which do not know us: pages act on the library, versions are told."""
        from doorstep.cases.beside import JUDGES  # noqa: PLC0415
        from doorstep.cases.others import TAKERS, WRITERS, Writer, left, lost  # noqa: PLC0415  (the models are there by now)
        from doorstep.library import make_obsolete, take_effect  # noqa: PLC0415
        from doorstep.library.finding import ATTENTION  # noqa: PLC0415
        from doorstep.library.seen import FURTHER, Further  # noqa: PLC0415
        from doorstep.library.starting import STARTED_BY  # noqa: PLC0415
        from doorstep.plugin_api.registry import register  # noqa: PLC0415
        from doorstep.stewardship import approval_page, begin_by_mail, mailed_back, mailed_letter, weigh  # noqa: PLC0415
        from doorstep.stewardship.connector import Own  # noqa: PLC0415
        from doorstep.stewardship.digest import PURPOSE  # noqa: PLC0415
        from doorstep.stewardship.digest_letter import failed, letter, sent  # noqa: PLC0415
        from doorstep.stewardship.digest_replies import replied  # noqa: PLC0415
        from doorstep.stewardship.own.orphans import went_out_of_force  # noqa: PLC0415
        from doorstep.stewardship.own.rights import asked_to_own, custodian_of, unsettled  # noqa: PLC0415
        from doorstep.stewardship.tell_change import took_effect  # noqa: PLC0415

        register(Own())
        STARTED_BY[approval_page.KEY] = approval_page.STARTS
        JUDGES[approval_page.KEY] = weigh.JUDGE
        FURTHER.append(Further(lambda person: Q(custodian=person), custodian_of, "have it in custody"))
        FURTHER.append(Further(lambda person: Q(ownership__proposed=person), asked_to_own, "are asked to own it"))
        ATTENTION.append(unsettled)
        take_effect.HEARERS.append(took_effect)
        make_obsolete.HEARERS.append(went_out_of_force)
        WRITERS[PURPOSE] = Writer(letter=letter, sent=sent, failed=failed, replied=replied)
        TAKERS.append(begin_by_mail.came_to_chase)
        WRITERS[mailed_back.PURPOSE] = Writer(
            letter=mailed_letter.letter,
            sent=left,
            failed=lost,
            replied=begin_by_mail.replied,
        )
