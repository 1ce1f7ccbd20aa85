"""Brings GraphiQL's files into the instance's folder: three packages of npm, each checked against its digest."""

import tarfile
import tempfile
from pathlib import Path

from deploy.local.node import packed
from gateway.graphql_http.graphiql import FOLDER, installed

PACKAGES = (
    (
        "react@18.3.1",
        "sha512-wS+hAgJShR0KhEvPJArfuPVN1+Hz1t0Y6n5jLrGQbkb4urgPE/0Rve+1kMB1v/oWgHgm4WIcV+i7F2pTVj+2iQ==",
        {"package/umd/react.production.min.js": "react.js"},
    ),
    (
        "react-dom@18.3.1",
        "sha512-5m4nQKp+rZRb09LNH59GM4BxTh9251/ylbKIbpe7TpGxfJ+9kv6BLkLBXIjjspbgbnIBNqlI23tRnTWT0snUIw==",
        {"package/umd/react-dom.production.min.js": "react-dom.js"},
    ),
    (
        "graphiql@3.8.3",
        "sha512-cuPDYtXVKV86Pu5PHBX642Odi/uVEE2y1Jxq5rGO/Qy1G2lRp7ZZ7a/T30RzxhuLSWo9zUbzq0P3U49//H0Ugw==",
        {"package/graphiql.min.js": "graphiql.js", "package/graphiql.min.css": "graphiql.css"},
    ),
)
"""Each with its digest, and what of it is served, under which name."""


def install(run: Path) -> Path:
    """The folder with the files; fetched where they are not there yet. Raises ``LocalError`` where that fails."""
    folder = run / FOLDER
    if installed(folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=run) as made:
        for package, integrity, members in PACKAGES:
            archive = packed(package, integrity=integrity, into=Path(made))
            with tarfile.open(archive) as opened:
                for member, name in members.items():
                    content = opened.extractfile(member)
                    assert content is not None  # the digest says that it is there
                    (folder / name).write_bytes(content.read())
    return folder
