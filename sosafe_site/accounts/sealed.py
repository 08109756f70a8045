"""Secrets of second factors as they stand in the database: without SECRET_KEY, a copy of it is of no use."""

from base64 import urlsafe_b64encode

from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

SALT = "sosafe_site.accounts.sealed"  # whatever this file is called one day


def seal(secret: str) -> str:
    return cipher().encrypt(secret.encode()).decode()


def opened(sealed: str) -> str:
    """Of what another SECRET_KEY has sealed, a secret that nobody knows: each code is a wrong one then."""
    try:
        return cipher().decrypt(sealed).decode()
    except InvalidToken:
        return generate_totp_secret()


def cipher() -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac(SALT, "", algorithm="sha256").digest()))
