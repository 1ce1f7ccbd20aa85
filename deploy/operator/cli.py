"""The commands of ``./xinqiao``: each is imported only when it is called, and fails in words a person can use."""

import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from deploy.local.errors import LocalError
from deploy.local.instance import RUN
from services.common.settings import SettingsError

COMMANDS = {
    "up": "deploy.operator.up:command",
    "down": "deploy.operator.down:command",
    "status": "deploy.operator.status:command",
    "logs": "deploy.operator.logs:command",
    "test": "deploy.operator.test:command",
    "provision": "deploy.operator.provision:command",
    "import": "deploy.operator.importer:command",
    "calendar": "deploy.operator.calendar:command",
    "user": "deploy.operator.user:command",
    "bureau": "deploy.operator.bureau:command",
    "routing": "deploy.operator.routing:command",
    "suggest": "deploy.operator.suggest:command",
    "view": "deploy.operator.view:command",
    "ledger": "deploy.operator.ledger:command",
    "attachments": "deploy.operator.attachments:command",
    "dead": "deploy.operator.dead:command",
    "migrate": "deploy.operator.migrate:command",
    "schema": "deploy.operator.schema:command",
}

OVERVIEW = """\
信桥：县级信访事项协同办理平台

用法：./xinqiao 命令 [参数]        各命令的参数：./xinqiao 命令 --help

运行
  up                    在本机安装并启动整个平台，完成后显示地址和演示账号
  down                  停止 up 启动的一切；数据保留，再次 up 可继续使用
  status                各部分的运行状态
  logs [部分] [-f]      查看日志；-f 持续显示

数据
  provision 目录        载入或更新一个县的机构、账号、值班人员和规则（如 deploy/counties/luonan）
  import letters 文件   批量导入历史信件
  calendar              计算期限、查看放假安排、载入放假通知（due、show、import）
  user                  用户账号：最后一位管理员也进不来时，重设密码（reset）
  bureau                部门业务系统的接口：未读消息、更换密码、重新发送（list、rotate、resend）
  routing               检查县配置中的转办规则（check）
  suggest               学习建议：训练、列出模型、测量准确程度（train、list、evaluate）
  view                  由各服务重建网关的视图，核对新旧视图（rebuild、compare）
  ledger                核对台账是否完整、查看台账（verify、show）
  attachments           核对附件的文件与登记，清理无主的文件（check）
  dead                  查看、重投或丢弃无法处理的消息（list、show、replay、discard）
  migrate               建立或升级数据库结构与消息队列（up 会自动执行）

开发
  test [pytest 参数]    代码检查和全部测试，使用自己的临时数据库和消息总线
  schema                接口定义：写入代码库、发布（print、release）
  lock                  依 requirements.in 重新生成 requirements.lock

环境变量
  PORT                  网关端口，默认 8000
  AMQP_URI、AMQP_ADMIN_URI、DATABASE_URL
                        使用现有的 RabbitMQ 和 PostgreSQL，而不在本机另起一套
"""

CALLER = "XQ_CALLER"
"""Variable in which the script leaves the folder where the person stands."""


class LazyGroup(click.Group):
    """A group whose commands are modules that are read when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(OVERVIEW)


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.pass_context
def xinqiao(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(OVERVIEW, nl=False)


def main() -> None:
    """Runs the command of the command line, and ends the process with its exit code."""
    arguments = from_callers_folder(sys.argv[1:], Path(os.environ.get(CALLER, ".")))
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:2], "--help"]
    sys.exit(run(arguments))


def run(arguments: list[str]) -> int:
    """Runs one command; 0 where it did what was asked."""
    try:
        code = xinqiao.main(arguments, prog_name="./xinqiao", standalone_mode=False)
    except (LocalError, SettingsError) as error:
        return _refuse(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return error.exit_code
    except click.ClickException as error:
        _refuse(in_chinese(error))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\n已中断。", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        RUN.mkdir(exist_ok=True)
        log = RUN / "operator.log"
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exc(file=file)
        return _refuse(f"{' '.join(arguments[:2])} 遇到意外故障：{type(error).__name__}: {error}\n详情见 {log}")
    return code if isinstance(code, int) else 0


def from_callers_folder(arguments: list[str], folder: Path) -> list[str]:
    """The arguments with each file that lies where the person stands named by its whole path.

    The script works in its own folder; without this, ``import letters mails.csv`` would be sought there.
    """
    return [
        str((folder / word).absolute()) if _is_path(word) and (folder / word).exists() else word for word in arguments
    ]


def _is_path(word: str) -> bool:
    return not word.startswith("-") and ("/" in word or "." in word)


def in_chinese(error: click.ClickException) -> str:
    """What click says about a command line, in Chinese."""
    match error:
        case click.NoSuchOption():
            text = f"没有选项 {error.option_name}"
        case click.MissingParameter():
            text = f"缺少参数 {_name(error)}"
        case click.BadParameter():
            text = f"参数 {_name(error)} 的值不正确：{error.message}"
        case click.exceptions.NoSuchCommand():
            text = f"没有命令 {error.command_name}"
        case click.BadArgumentUsage() | click.BadOptionUsage():
            text = f"参数不正确：{error.format_message()}"
        case click.UsageError():
            text = f"用法不正确：{error.format_message()}"
        case _:
            return error.format_message()
    path = error.ctx.command_path if error.ctx else "./xinqiao"
    return f"{text}。用法见 {path} --help"


def _name(error: Any) -> str:
    return str(error.param.opts[0] if error.param.param_type_name == "option" else error.param.human_readable_name)


def _refuse(text: str) -> int:
    click.echo(f"错误：{text}", err=True)
    return 1
