"""A real issuer on a port of its own (``oidc-provider-mock``), with a hand that can make it lie.

It speaks the code flow over HTTP. It does not check PKCE itself, so that is done here. Its warnings are its own
business: modules that use it ignore them (``QUIET``).
"""

import base64
import hashlib
import json
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import authlib.deprecate  # noqa: F401 - wants its warnings shown always, and says so here, not below
import httpx
import pytest
from flask import Flask, Response, g, request
from joserfc import jwk, jwt

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock
    from authlib import jose
    from oidc_provider_mock._server import _threaded_server

QUIET = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")
CLIENT = "xinqiao"
SECRET = "a secret between two houses"


class Issuer:
    def __init__(self, app: Flask, address: str) -> None:
        self.address = address
        self.alter: Callable[[dict[str, Any]], dict[str, Any]] | None = None
        """What is done to the claims of the next id tokens."""
        self.fetched: list[str] = []
        """Paths that were asked for."""
        self._challenges: dict[str, str] = {}
        self.key: jwk.RSAKey = self._new_key()
        app.before_request(self._before)
        app.after_request(self._after)

    def rotate(self) -> jwk.RSAKey:
        """Signs with another key from now on, and publishes that one alone; the one before."""
        before, self.key = self.key, self._new_key()
        return before

    def token(self, *, key: jwk.RSAKey | None = None, alg: str = "RS256", **claims: Any) -> str:
        """A bearer token for the audience ``xinqiao-api``."""
        signing, now = key or self.key, int(time.time())
        said = {"iss": self.address, "sub": "1", "aud": "xinqiao-api", "iat": now, "exp": now + 300, **claims}
        header = {"alg": alg, "kid": signing.kid}
        return jwt.encode(header, {name: value for name, value in said.items() if value is not None}, signing, [alg])

    def sign_in(self, address: str, *, sub: str) -> str:
        """Signs a user in at the issuer's page, to which ``address`` leads; where it then sends the browser."""
        answer = httpx.post(address, data={"sub": sub}, trust_env=False)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    @staticmethod
    def _new_key() -> jwk.RSAKey:
        made = jwk.RSAKey.generate_key(2048)
        made.ensure_kid()
        return made

    def _before(self) -> None:
        self.fetched.append(request.path)
        # The issuer's own key, in the type of the library on which it was built.
        g.oidc_provider_mock_storage.jwk = jose.RSAKey.import_key(self.key.as_dict(private=True))

    def _after(self, answer: Response) -> Response:
        if request.path == "/oauth2/authorize" and answer.status_code == 302:
            given = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
            assert request.args["code_challenge_method"] == "S256"
            self._challenges[given["code"]] = request.args["code_challenge"]
        if request.path == "/oauth2/token" and answer.status_code == 200:
            return self._told(answer)
        return answer

    def _told(self, answer: Response) -> Response:
        verifier = request.form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if self._challenges.pop(request.form["code"], None) != digest:
            return Response('{"error": "invalid_grant"}', status=400, mimetype="application/json")
        body = json.loads(answer.get_data())
        claims = dict(jwt.decode(body["id_token"], self.key, algorithms=["RS256"]).claims)
        if self.alter is not None:
            claims = self.alter(claims)
            body["id_token"] = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return Response(json.dumps(body), mimetype="application/json")


@contextmanager
def started_issuer(users: dict[str, dict[str, Any]]) -> Iterator[Issuer]:
    """``users``: claims by ``sub``."""
    people = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in users.items()]
    app = oidc_provider_mock.app(require_nonce=True, user_claims=people)
    with _threaded_server(app) as server:
        yield Issuer(app, f"http://localhost:{server.server_port}")
