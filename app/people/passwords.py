"""Passwords: what is long and uncommon enough, and how they are kept."""

import re

from werkzeug.security import check_password_hash, generate_password_hash

from app.errors import Invalid, Text, text

METHOD = "scrypt:32768:8:1"  # 32 MB and some 100 ms for each guess
SHORTEST = 12
LONGEST = 128
# what is left of the most usual passwords once digits and signs around them are taken away
COMMON_WORDS = frozenset(
    word
    for line in (
        "password passwort passw0rd p@ssword p@ssw0rd katasandi sandi rahasia admin administrator root user",
        "letmein welcome login qwerty qwertyuiop qwertyuiopasdf asdfghjkl asdfghjklzxc zxcvbnm iloveyou",
        "sayang sayangku cintaku cinta bismillah alhamdulillah assalamualaikum indonesia indonesiaraya",
        "merdeka jakarta bandung surabaya medan pancasila garuda persija persib football sepakbola",
        "dinas pemkab pemkot pemda kabupaten bupati dpmptsp perizinan simpeg semangat terserah",
        "doraemon naruto princess sunshine monkey dragon master",
    )
    for word in line.split()
)
KEYBOARD_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjkl",
)


def hashed(password: str) -> str:
    """The salted scrypt hash of a password."""
    return generate_password_hash(password, METHOD)


def matches(kept: str | None, password: str) -> bool:
    """True if the password is the one kept; takes the same time where there is none."""
    return check_password_hash(kept or _nobodys(), password) and bool(kept)


def _nobodys() -> str:
    """Checked where there is no account, so that an unknown name takes as long as a wrong password."""
    return f"{METHOD}$nobody${'0' * 128}"


def require_good(password: str, *own: str, field: str = "password") -> None:
    """Raise Invalid unless the password is long enough, uncommon and not made of the person's own names."""
    faults = list(_faults(password, own))
    if faults:
        raise Invalid("This password is not safe enough.", errors={field: faults})


def _faults(password: str, own: tuple[str, ...]) -> list[Text]:
    if len(password) < SHORTEST:
        return [text("A password needs at least %(n)d characters.", n=SHORTEST)]
    if len(password) > LONGEST:
        return [text("A password has at most %(n)d characters.", n=LONGEST)]
    if "\0" in password or _is_common(password):
        return [text("This password is among those that are tried first. Choose another one.")]
    if any(len(name) > 3 and name.lower() in password.lower() for name in own):
        return [text("The password must not contain your user name or e-mail address.")]
    return []


def _is_common(password: str) -> bool:
    lowered = password.lower()
    word = re.sub(r"[^a-z@0]+", "", re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lowered))
    is_run = any(lowered in run for run in KEYBOARD_RUNS)
    return len(set(lowered)) < 5 or is_run or word in COMMON_WORDS or _halves(lowered) in COMMON_WORDS


def _halves(word: str) -> str:
    """The half that is written twice, as in "rahasiarahasia"."""
    middle = len(word) // 2
    return word[:middle] if word[:middle] == word[middle:] else ""
