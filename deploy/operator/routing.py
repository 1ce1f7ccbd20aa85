"""``./xinqiao routing check PROFILE``: what is wrong with a county's routing rules, before they are loaded."""

from pathlib import Path

import click

from deploy.operator.profile import load_profile


@click.group(help="转办规则：检查县配置中的 routing.toml")
def command() -> None:
    pass


@command.command(
    "check",
    help="检查而不载入：规则冲突、没有规则覆盖、永不生效、引用了不存在的内容；PROFILE 是县配置文件夹",
)
@click.argument("profile", type=click.Path(path_type=Path))
def check_command(profile: Path) -> None:
    """Exit code 1 where something was found. Raises ``ProfileError`` for what would refuse the load."""
    loaded = load_profile(profile)
    rules, categories = loaded.routing.rules, loaded.routing.categories
    for finding in loaded.findings:
        click.echo(f"{finding.kind.label}：{finding.message}")
    if loaded.findings:
        click.get_current_context().exit(1)
    click.echo(f"没有发现问题：{len(rules)} 条规则，{len(categories)} 个分类")
