"""Quotes, signatures, banners and small print, as many programs and offices write them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.understanding import Stripped, strip
from doorstep.understanding.html_text import text_of_html

QUOTED = [
    "On Fri, 6 Mar 2026 at 16:02, Northwind <reply@northwind.example> wrote:\n\n> Please approve.",
    "On 6 Mar 2026, at 16:02, Northwind <reply@northwind.example> wrote:\n> Please approve.",
    "On Fri, 6 Mar 2026 at 16:02, Northwind\n<reply+aaaaaaaaaaaaaaaa@northwind.example> wrote:\n\nPlease approve, it is not marked as quoted.",
    "Am 06.03.2026 um 16:02 schrieb Northwind:\n> Bitte freigeben.",
    "Am Fr., 6. März 2026 um 16:02 Uhr schrieb Northwind <\nreply@northwind.example>:\n\n> Bitte freigeben.",
    "Le ven. 6 mars 2026 à 16:02, Northwind <reply@northwind.example> a écrit :\n> Bonjour",
    "El vie, 6 mar 2026 a las 16:02, Northwind (<reply@northwind.example>) escribió:\n> Hola",
    "Il giorno ven 6 mar 2026 alle ore 16:02 Northwind <reply@northwind.example> ha scritto:\n> Ciao",
    "Op vr 6 mrt 2026 om 16:02 schreef Northwind <reply@northwind.example>:\n> Hoi",
    "-----Original Message-----\nFrom: Northwind\nSent: Friday\nPlease approve.",
    "-----Ursprüngliche Nachricht-----\nVon: Northwind\nBitte freigeben.",
    "________________________________\nFrom: Northwind <reply@northwind.example>\nSent: Friday, March 6, 2026 4:02 PM\nTo: Mira\nSubject: Contract\n\nPlease approve.",
    "Von: Northwind\nGesendet: Freitag, 6. März 2026 16:02\nAn: Mira Holt\nCc: Jon\nBetreff: Vertrag\n\nBitte freigeben.",
    "*From:* Northwind <reply@northwind.example>\n*Date:* Friday, 6 March 2026 at 16:02\n*To:* Mira\n*Subject:* Contract\n\nPlease approve.",
    "De : Northwind\nEnvoyé : vendredi 6 mars 2026\nÀ : Mira\nObjet : Contrat\n\nMerci",
    "-------- Original message --------\nFrom: Northwind\nDate: 06/03/2026 16:02 (GMT+01:00)\nTo: Mira\nSubject: Contract\nPlease approve.",
    "Begin forwarded message:\n\nFrom: Northwind\nSubject: Contract\nDate: 6 March 2026\n\nPlease approve.",
    "> Please approve.\n> Now.",
]
SIGNED = [
    "Best regards\nMira Holt",
    "Best regards,\n\nMira Holt\nDirector of Legal\n+49 30 1234\nmira@northwind.example",
    "Mit freundlichen Grüßen\nMira Holt",
    "LG\nMira",
    "Thanks,\nMira",
    "-Mira",
    "— Mira",
    "Mira Holt\nDirector of Legal",
    "Mira",
    "Viele Grüße aus Berlin\n".replace(" aus Berlin", "") + "Mira",
    "Cheers!",
    "Kind regards,\nMira Holt | Director of Legal | Northwind",
]
PRINTED = [
    "-- \nMira Holt\nDirector of Legal",
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Sent from Yahoo Mail on Android",
    "This e-mail and any attachments are confidential. If you are not the intended recipient, do not read it.",
    "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der Empfänger sind, löschen Sie sie.",
    "Please consider the environment before printing this e-mail.",
    "Sitz der Gesellschaft: Berlin, Registergericht: Amtsgericht Charlottenburg",
    "_______________________________________________\nlist mailing list\nlist@northwind.example",
]
BANNERS = [
    "[EXTERNAL]",
    "CAUTION: This email originated from outside of the organization.",
    "You don't often get email from reply@northwind.example. Learn why this is important",
    "Sie erhalten nicht häufig E-Mails von reply@northwind.example. Erfahren Sie, warum dies wichtig ist",
    "*Warning: External sender.* Do not click links.",
    "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
]


@pytest.mark.parametrize("quote", QUOTED)
def test_a_quote_is_cut_off(quote: str) -> None:
    assert strip(f"Approved.\n\n{quote}") == Stripped(words="Approved.", quote=strip(f"Approved.\n\n{quote}").quote)
    assert strip(f"Approved.\n\n{quote}").quote != ""


@pytest.mark.parametrize("signature", SIGNED)
def test_a_signature_is_cut_off(signature: str) -> None:
    found = strip(f"The cap is missing.\n\n{signature}", author="Mira Holt")
    assert (found.words, found.signature.split()) == ("The cap is missing.", signature.split())


@pytest.mark.parametrize("printed", PRINTED)
def test_what_programs_and_lawyers_add_is_cut_off(printed: str) -> None:
    found = strip(f"The cap is missing.\n\n{printed}")
    assert (found.words, found.small_print != "") == ("The cap is missing.", True)


@pytest.mark.parametrize("banner", BANNERS)
def test_a_gateways_banner_is_taken_off_the_top(banner: str) -> None:
    assert strip(f"{banner}\n\nApproved.").words == "Approved."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Thanks", "Thanks"),  # alone it is all that was said
        ("On Monday we start:\n- tests\n- docs", "On Monday we start:\n- tests\n- docs"),
        ("From: 12 March\nTo: 14 March", "From: 12 March\nTo: 14 March"),  # fields, not a header block
        ("This message is to say no.", "This message is to say no."),
        ("Sent from my desk, not my phone, because I mean it.", "Sent from my desk, not my phone, because I mean it."),
        ("The cap - see clause 7 - is wrong", "The cap - see clause 7 - is wrong"),
        ("one -- two", "one -- two"),
        ("Approved.\n\nBest\nMira\n\nPS: not the annex", "Approved.\n\nPS: not the annex"),
        ("Approved.\n-- \nMira\n\nP.S. not the annex", "Approved.\n\nP.S. not the annex"),
    ],
)
def test_words_that_look_like_something_else_stay(text: str, words: str) -> None:
    assert strip(text, author="Mira Holt").words == words


@pytest.mark.parametrize(
    ("text", "inline"),
    [
        ("Approved.\n> Please approve.", False),
        ("> Please approve.\nApproved.", False),
        ("> Clause 3\nyes\n> Clause 4", True),
        ("> Clause 3\nyes\n> Clause 4\nno", True),
        ("Hi\n> Clause 3\nyes", True),
        ("Approved.\n> Please approve.\n\n-- \nMira", False),
        ("On Fri, 6 Mar 2026, Northwind wrote:\n> Clause 3\n\nyes\n\n> Clause 4\n>\n> Clause 5", True),
    ],
)
def test_answers_inside_the_quote_are_noticed(text: str, inline: bool) -> None:
    assert strip(text).inline is inline


HTML = [
    '<div dir="ltr">Approved.</div><br><div class="gmail_quote"><div class="gmail_attr">On Fri, 6 Mar 2026 at 16:02, N &lt;<a href="mailto:r@n.example">r@n.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote">Please approve</blockquote></div>',
    '<p class="MsoNormal">Approved.<o:p></o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> N &lt;r@n.example&gt;<br><b>Sent:</b> Friday<br><b>To:</b> Mira<br><b>Subject:</b> Contract<o:p></o:p></p></div><p>Please approve</p>',
    '<div>Approved.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> N</div><div>Please approve</div>',
    '<div>Approved.</div><div id="ms-outlook-mobile-signature">Get Outlook for iOS</div><div id="mail-editor-reference-message-container"><div>Please approve</div></div>',
    '<div>Approved.</div><div class="yahoo_quoted" id="yahoo_quoted_12"><div>On Friday, N wrote:</div><div>Please approve</div></div>',
    '<html><head><style>p {color: red}</style><title>Re</title></head><body>Approved.<br><br><blockquote type="cite"><div>On 6 Mar 2026, N wrote:</div>Please approve</blockquote></body></html>',
    '<div>Approved.</div><div class="protonmail_quote">-------- Original Message --------<br>Please approve</div>',
    '<div>Approved.</div><div class="moz-cite-prefix">Am 06.03.26 um 16:02 schrieb N:<br></div><blockquote type="cite" cite="mid:x">Bitte</blockquote><div class="moz-signature">-- <br>Mira</div>',
    '<div>Approved.</div><div class="gmail_signature"><div>Mira Holt</div><div>not a decision</div></div>',
    '<div>Approved.<span style="display:none">not really</span></div>',
    '<div class="x_gmail_default">Approved.</div><div class="x_gmail_quote"><blockquote>Please approve</blockquote></div>',
    "<table><tr><td>Approved.</td></tr></table>",
    "<!--[if mso]><p>not</p><![endif]--><![if !mso]><p>Approved.</p><![endif]>",
]


@pytest.mark.parametrize("html", HTML)
def test_html_of_many_programs_is_stripped_to_its_words(html: str) -> None:
    assert strip(text_of_html(html)).words == "Approved."


def test_html_keeps_lines_lists_and_white_space_of_pre() -> None:
    html = "<p>Go-live: <b>12 March</b><br>Contact:&nbsp;Jo</p><ul><li>one</li><li>two</li></ul><pre>a\n  b</pre><p>&#128077;<img alt='👍'></p>"
    assert text_of_html(html) == "Go-live: 12 March\nContact: Jo\n\n- one\n- two\n\na\n  b\n👍👍".replace(
        "Contact: Jo", "Contact:\xa0Jo"
    )


PIECES = st.sampled_from(
    [
        "Approved.",
        "> quoted",
        "On 6 Mar 2026, N wrote:",
        "Best regards",
        "Mira Holt",
        "-- ",
        "Sent from my iPhone",
        "From: N",
        "Sent: x",
        "To: y",
        "PS: no",
        "",
        "[EXTERNAL]",
        "____",
        "confidential, not for the recipient",
    ]
)


@given(
    st.lists(st.one_of(PIECES, st.text(alphabet=st.characters(categories=["L", "N", "P"]), max_size=20)), max_size=12)
)
def test_every_letter_ends_up_in_exactly_one_part(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = strip(text, author="Mira Holt")
    parts = found.words + found.signature + found.small_print + found.quote
    assert Counter(filter(str.isalnum, parts)) == Counter(filter(str.isalnum, text))


@given(st.text(alphabet="<>/abdiv pblockquote=\"'!-[]&;", max_size=200))
def test_any_html_becomes_text(html: str) -> None:
    assert isinstance(text_of_html(html), str)
