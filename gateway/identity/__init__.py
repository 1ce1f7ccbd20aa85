"""Who somebody is, and for how long we believe it: accounts, passwords, sessions and tokens."""

from gateway.identity.asking import actor_of, signed_in
from gateway.identity.provisioning import save_users, usernames_with_password
from gateway.identity.sessions import SignedIn
from gateway.identity.signing_in import WrongLogin, log_in
from gateway.identity.tokens import Unauthenticated

__all__ = [
    "SignedIn",
    "Unauthenticated",
    "WrongLogin",
    "actor_of",
    "log_in",
    "save_users",
    "signed_in",
    "usernames_with_password",
]
