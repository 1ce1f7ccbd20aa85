"""Links to attachments: signed, for one user of one tenant, and for a time only."""

from datetime import datetime

import jwt

from services.common import clock
from services.common.errors import Refusal
from services.contracts.actor import Actor, Role, TenantKind

ALGORITHM = "HS256"
AUDIENCE = "xinqiao.attachment"
PATH = "/files/"


class LinkInvalid(Refusal):
    code = "LINK_INVALID"
    default = "该下载链接无效或不完整，请重新打开信访件获取新的链接"


class LinkExpired(Refusal):
    code = "LINK_EXPIRED"
    default = "该下载链接已过期，请重新打开信访件获取新的链接；业务系统可请县信访局重新发送（bureau resend）"


def sign(*, actor: Actor, attachment_id: str, key: str, until: datetime) -> str:
    """The path of the link. It names whose eyes it is for: who fetches it sees what this actor sees by then."""
    claims = {
        "aud": AUDIENCE,
        "exp": until,
        "sub": actor.user,
        "county": actor.county,
        "tenant": actor.tenant,
        "kind": actor.kind.value,
        "roles": sorted(role.value for role in actor.roles),
        "attachment": attachment_id,
    }
    return PATH + jwt.encode(claims, bytes.fromhex(key), algorithm=ALGORITHM)


def read(token: str, *, key: str) -> tuple[Actor, str]:
    """Whose link it is and the attachment's id. Raises ``LinkExpired`` and ``LinkInvalid``."""
    try:
        claims = jwt.decode(
            token,
            bytes.fromhex(key),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={
                "require": ["exp", "sub", "county", "tenant", "kind", "roles", "attachment"],
                # Against our own clock, below.
                "verify_exp": False,
            },
        )
        actor = Actor(
            county=claims["county"],
            tenant=claims["tenant"],
            kind=TenantKind(claims["kind"]),
            user=claims["sub"],
            name="",
            roles=frozenset(map(Role, claims["roles"])),
        )
        ends, attachment_id = float(claims["exp"]), str(claims["attachment"])
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise LinkInvalid() from error
    if ends <= clock.now().timestamp():
        raise LinkExpired()
    return actor, attachment_id
