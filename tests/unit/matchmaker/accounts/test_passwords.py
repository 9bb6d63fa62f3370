"""What a good password is, and that hashes keep it."""

import pytest

from matchmaker.accounts.passwords import LONGEST, Passwords, password_problem

PASSWORDS = Passwords(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "un cheval et trois pommes"


def problem(password: str, email: str = "zoe.martin@example.org", shortest: int = 12):
    return password_problem(password, email=email, shortest=shortest)


@pytest.mark.parametrize(
    "password", [GOOD, "é" * 4 + "trois poires", "x7!kQ 9zP_aa", "un " * 300 + "deux"]
)
def test_a_good_password_has_no_problem(password):
    assert problem(password) is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "too short"),
        ("onze lettre", "at least 12"),
        ("x" + GOOD * 41, f"at most {LONGEST}"),
        ("Zoe.Martin@example.org", "e-mail address"),
        (" zoe.martin@EXAMPLE.org ", "e-mail address"),
        ("aaaaaaaaaaaa", "repeats itself"),
        ("ababABABabab", "repeats itself"),
        ("MotDePasse1234", "many people"),
        ("azertyuiop123", "many people"),
        ("PASSWORDPASSWORD", "many people"),
        ("123456789012", "many people"),
    ],
)
def test_a_bad_password_is_refused_in_one_sentence_that_does_not_repeat_it(password, words):
    said = problem(password)
    assert words in said
    assert said.count(".") == 1
    assert not password.strip() or password not in said


def test_the_name_before_the_at_sign_is_no_password():
    assert "e-mail" in problem("zoe.martin.77", email="zoe.martin.77@example.org")


def test_the_setting_decides_how_short():
    assert problem("neuf mots") is not None
    assert problem("neuf mots", shortest=8) is None


def test_a_hash_keeps_its_password_and_no_other():
    stored = PASSWORDS.hash(GOOD)
    assert GOOD not in stored
    assert PASSWORDS.hash(GOOD) != stored
    assert PASSWORDS.verify(stored, GOOD)
    for wrong in ("", GOOD + " ", GOOD.upper(), GOOD + "x" * LONGEST):
        assert not PASSWORDS.verify(stored, wrong)


def test_accents_are_the_same_however_they_are_typed():
    assert PASSWORDS.verify(
        PASSWORDS.hash("d\u00e9j\u00e0 vu en \u00e9t\u00e9"),
        "de\u0301ja\u0300 vu en e\u0301te\u0301",
    )


def test_without_a_hash_the_answer_is_no_after_the_same_work(monkeypatch):
    verified = []
    hasher = type(PASSWORDS._hasher)
    verify = hasher.verify
    monkeypatch.setattr(
        hasher,
        "verify",
        lambda self, stored, given: verified.append(stored) or verify(self, stored, given),
    )
    assert not PASSWORDS.verify(None, GOOD)
    assert not PASSWORDS.verify(None, "nobody has this password")
    assert not PASSWORDS.verify(PASSWORDS.hash(GOOD), "x" * (LONGEST + 1))
    assert len(verified) == 3


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$broken", "$2b$12$abc"])
def test_a_broken_hash_opens_nothing(stored):
    assert not PASSWORDS.verify(stored, GOOD)


def test_half_a_character_is_a_wrong_password_and_no_defect():
    assert not PASSWORDS.verify(PASSWORDS.hash(GOOD), "\ud800")


def test_too_long_a_password_is_not_hashed():
    with pytest.raises(ValueError, match="1024"):
        PASSWORDS.hash("x" * (LONGEST + 1))


def test_other_costs_make_a_hash_outdated():
    stored = PASSWORDS.hash(GOOD)
    assert not PASSWORDS.outdated(stored)
    assert Passwords(time_cost=2, memory_cost=8, parallelism=1).outdated(stored)
