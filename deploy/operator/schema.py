"""``./xinqiao schema``: the interface as it is printed into the repository, and as it was last released."""

from pathlib import Path

import click
from graphql import GraphQLSchema, build_schema, print_schema

import gateway
from deploy.local.errors import LocalError
from deploy.local.progress import say
from gateway.public.schema import build_public_schema
from gateway.schema.changes import forbidden, undated
from gateway.schema.root import build_schema as build_own_schema
from services.common import clock

FOLDER = Path(gateway.__file__).parent
PRINTED = {FOLDER / "schema.graphql": build_own_schema, FOLDER / "public" / "schema.graphql": build_public_schema}


def released_of(printed: Path) -> Path:
    """Where the interface stands as it was last released, beside the one that is served now."""
    return printed.with_name("released.graphql")


@click.group(help="接口定义：写入代码库，核对与已发布的接口是否兼容，发布")
def command() -> None:
    pass


@command.command("print", help="把现在的接口定义写入代码库（改动接口后运行）")
def print_() -> None:
    for path, build in PRINTED.items():
        path.write_text(print_schema(build()), "utf-8")
        say(f"已写入 {path.relative_to(FOLDER.parent)}")


@command.command(help="把现在的接口定义定为已发布；不兼容的改动未经预告的，不予发布")
def release() -> None:
    today = clock.legal_day(clock.now())
    for path, build in PRINTED.items():
        now, released = build(), released_of(path)
        breaking = forbidden(released=read(released), now=now, today=today) if released.exists() else []
        if wrong := breaking + undated(now):
            lines = "\n".join(f"  {line}" for line in wrong)
            raise LocalError(f"与已发布的接口不兼容，或未标明停用日期（见 docs/graphql.md）：\n{lines}")
    for path, build in PRINTED.items():
        released_of(path).write_text(print_schema(build()), "utf-8")
        say(f"已发布 {released_of(path).relative_to(FOLDER.parent)}")


def read(path: Path) -> GraphQLSchema:
    """The interface that a file describes."""
    return build_schema(path.read_text("utf-8"))
