"""A forgotten password: a link by mail, good once, and no word about who has an account."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User

ADDRESS = "/accounts/password/reset/"
NEW = "another phrase that nobody guesses"


def link_in_the_mail() -> str:
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose(client: Client, link: str, password: str) -> str:
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(address, {"password1": password, "password2": password}, follow=True).content.decode()


def test_the_link_changes_the_password(alice: User) -> None:
    Client().post(ADDRESS, {"email": alice.email})
    choose(Client(), link_in_the_mail(), NEW)
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_the_link_works_once(alice: User) -> None:
    Client().post(ADDRESS, {"email": alice.email})
    link = link_in_the_mail()
    choose(Client(), link, NEW)
    assert "used already" in Client().get(link, follow=True).content.decode()


@pytest.mark.django_db
def test_it_answers_alike_whether_the_address_is_known_or_not(alice: User) -> None:
    known, unknown = (Client().post(ADDRESS, {"email": email}) for email in (alice.email, "nobody@example.com"))
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


def test_it_refuses_a_made_up_link(alice: User) -> None:
    assert "used already" in Client().get("/accounts/password/reset/key/1-made-up/").content.decode()
