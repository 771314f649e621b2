"""Passkeys (WebAuthn): what the browser is asked for, and whether its answer holds."""

from __future__ import annotations

import json
from typing import Any, Final

import webauthn
from starlette.requests import Request
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.errors import PasskeyRefused
from bot.storage.staff.people import NewPasskey, Passkey
from bot.web.staff.challenges import Purpose
from bot.web.staff.cookies import is_loopback
from bot.web.staff.forms import form_token
from bot.web.staff.site import staff_of

SITE_NAME: Final = "Quietline"
TITLE: Final = "passkey"
LONGEST_TITLE: Final = 40  # characters

VERIFIED: Final = UserVerificationRequirement.REQUIRED
"""The device asks for a finger, face or PIN: so a passkey alone is two factors."""


def may_have_passkeys(request: Request) -> bool:
    """Tell whether browsers make passkeys for this address: they want a name, not a number."""
    host = _host(request)
    return bool(host) and ":" not in host and not host.replace(".", "").isdecimal()


def ask_to_add(request: Request, name: str, handle: bytes, known: tuple[Passkey, ...] = ()) -> str:
    """Return, as JSON, what the browser needs to make a passkey."""
    made = webauthn.generate_registration_options(
        rp_id=_host(request),
        rp_name=SITE_NAME,
        user_name=name,
        user_id=handle,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.id) for each in known],
        challenge=staff_of(request).challenges.ask(form_token(request), "add"),
    )
    return webauthn.options_to_json(made)


def ask_to_sign_in(request: Request) -> str:
    """Return, as JSON, what the browser needs to sign in with any passkey that it has for us."""
    made = webauthn.generate_authentication_options(
        rp_id=_host(request),
        user_verification=VERIFIED,
        challenge=staff_of(request).challenges.ask(form_token(request), "sign_in"),
    )
    return webauthn.options_to_json(made)


def added(request: Request, answer: str, title: str) -> NewPasskey:
    """Return the passkey that the browser made.

    Raises:
        PasskeyRefused: It wasn't asked for, or doesn't hold.
    """
    challenge = _taken(request, "add", answer)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(request),
            expected_origin=_origin(request),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None
    called = title.strip()[:LONGEST_TITLE] or TITLE
    return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count, called)


def id_in(answer: str) -> bytes:
    """Return the id of the passkey that the browser chose.

    Raises:
        PasskeyRefused: There is none in the answer.
    """
    try:
        found: Any = json.loads(answer)
        return bytes(webauthn.base64url_to_bytes(found["rawId"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None


def signed(request: Request, answer: str, passkey: Passkey) -> int:
    """Return how often the passkey says it was used, when it signed our challenge.

    Raises:
        PasskeyRefused: It didn't.
    """
    challenge = _taken(request, "sign_in", answer)
    try:
        done = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(request),
            expected_origin=_origin(request),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None
    return done.new_sign_count


def _taken(request: Request, purpose: Purpose, answer: str) -> bytes:
    """Return the challenge that an answer names, when it is one of ours for this browser.

    Raises:
        PasskeyRefused: It isn't.
    """
    try:
        said: Any = json.loads(answer)["response"]["clientDataJSON"]
        named = json.loads(webauthn.base64url_to_bytes(said))["challenge"]
        challenge = bytes(webauthn.base64url_to_bytes(named))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PasskeyRefused from None
    return staff_of(request).challenges.take(form_token(request), purpose, challenge)


def _host(request: Request) -> str:
    return request.url.hostname or ""


def _origin(request: Request) -> str:
    """Return the address as browsers see it: through TLS, unless it is this machine."""
    host = request.headers.get("host", "")
    return f"{'http' if is_loopback(host) else 'https'}://{host}"
