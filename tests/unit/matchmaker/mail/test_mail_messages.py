"""Messages: nothing that a person writes becomes a header of its own."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_samples import AT

from matchmaker.errors import MailError
from matchmaker.mail.letters import Attachment, Letter, LetterKind, message_id
from matchmaker.mail.messages import message_of
from matchmaker.mail.outbox import TakenLetter
from matchmaker.mail.recipients import is_deliverable
from matchmaker.settings import MailSettings

MAIL = MailSettings(sender="mise-en-relation@cci.example.org")
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}
hostile = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\r\n\x00\x85\u2028<>@:;,\"'=?."), max_size=200
)


def taken(**changes: object) -> TakenLetter:
    plain = Letter(
        key="question:k7m2p9qa:1:contact",
        kind=LetterKind.QUESTION,
        recipient="paul@usine.example",
        subject="Une mise en relation",
        text="Bonjour.\n",
        html="<p>Bonjour.</p>",
    )
    return TakenLetter(7, replace(plain, **changes), 1, AT, AT)


def parsed(letter: TakenLetter, mail: MailSettings = MAIL):
    return message_from_bytes(message_of(letter, mail), policy=policy.default)


@settings(max_examples=60, deadline=None)
@given(hostile, hostile)
def test_subject_and_sender_name_make_no_header_and_no_body(subject, name):
    message = parsed(taken(subject=subject), MAIL.model_copy(update={"sender_name": name}))
    assert set(message.keys()) == HEADERS
    assert len(message.keys()) == len(HEADERS)
    assert message["To"].addresses[0].addr_spec == "paul@usine.example"
    assert message["From"].addresses[0].addr_spec == MAIL.sender
    assert message.get_body(("plain",)).get_content().strip() == "Bonjour."


@settings(max_examples=60, deadline=None)
@given(hostile, hostile)
def test_any_text_arrives_as_it_was_written(text, html):
    words, markup = text.replace("\x00", ""), html.replace("\x00", "")
    message = parsed(taken(text=words, html=markup))
    for kind, written in (("plain", words), ("html", markup)):
        arrived = message.get_body((kind,)).get_content()
        assert arrived.split() == written.split()


@pytest.mark.parametrize(
    "address",
    [
        "paul@usine.example\r\nBcc: tous@ailleurs.example",
        "paul@usine.example\nX: y",
        "paul@usine.example, autre@ailleurs.example",
        "paul@usine.example>",
        "<paul@usine.example>",
        "paul",
        "@usine.example",
        "paul@usine",
        "paul@@usine.example",
        "paul@usine.example\x00",
        "pa ul@usine.example",
        "paul@usiné.example",
        "",
    ],
)
def test_a_crooked_address_is_refused(address):
    assert not is_deliverable(address)
    with pytest.raises(MailError):
        message_of(taken(recipient=address), MAIL)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("List-Unsubscribe", "<https://a.example>\r\nBcc: tous@ailleurs.example"),
        ("X\r\nBcc", "a"),
        ("X: y", "a"),
        ("List-Unsubscribe", "é"),
    ],
)
def test_a_crooked_header_is_refused(name, value):
    with pytest.raises(MailError):
        message_of(taken(headers={name: value}), MAIL)


def test_the_unsubscribe_header_stays_one_plain_line():
    url = f"<https://rencontres.example.org/liens/{'a' * 150}>"
    raw = message_of(taken(headers={"List-Unsubscribe": url}), MAIL)
    assert f"List-Unsubscribe: {url}\r\n".encode() in raw


def test_a_message_has_both_forms_and_its_files_in_seven_bits():
    event = Attachment("été.ics", "text/calendar; method=PUBLISH", "BEGIN:VCALENDAR\r\né\r\n")
    raw = message_of(taken(text="Été\n", html="<p>Été</p>", attachments=(event,)), MAIL)
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    message = message_from_bytes(raw, policy=policy.default)
    assert message.get_body(("plain",)).get_content() == "Été\r\n"
    assert "<p>Été</p>" in message.get_body(("html",)).get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    assert attached.get_filename() == "été.ics"
    assert attached.get_content() == event.text


def test_a_second_delivery_can_be_recognised():
    assert parsed(taken())["Message-ID"] == parsed(taken())["Message-ID"]
    assert parsed(taken())["Message-ID"] == message_id("question:k7m2p9qa:1:contact", MAIL.sender)
    assert parsed(taken(key="other"))["Message-ID"] != parsed(taken())["Message-ID"]
    assert "k7m2p9qa" not in parsed(taken())["Message-ID"]
