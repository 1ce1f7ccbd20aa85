"""``./xinqiao suggest``: trains the model behind the learned suggestion, lists models, and measures the method."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.errors import LocalError
from deploy.local.progress import say
from deploy.operator.known_county import known_county
from gateway.database import connect
from services.common import clock
from services.common.database import Database
from services.common.settings import Settings, load
from services.contracts.actor import system_actor
from services.contracts.intake import Petition
from services.contracts.routing import Referral
from services.routing.precedents import LEAST_CASES, LEAST_PER_ANSWER, Case, decided_cases
from services.routing.suggesting import SUFFIX, model_files, models_folder

NEEDED = ("routing_database_url", "gateway_database_url")
QUESTIONS = {"category": "内容分类", "body": "主办单位"}

# Training takes scikit-learn, which takes a second to read: it is imported where it is used.


@click.group(help="学习建议：由本县已办结的信访件训练模型（train）、列出模型（list）、测量准确程度（evaluate）")
def command() -> None:
    pass


@command.command("train", help="用该县已受理、已办结的信访件训练新模型，随即启用；COUNTY 是区划代码或县的简称")
@click.argument("county")
def train_command(county: str) -> None:
    path = train(load(*NEEDED), county)
    say(f"新模型 {path.stem} 已启用，写入 {path}。服务不必重启。")


@command.command("list", help="列出该县的模型，最新的在前；在用的是能读取的最新一个")
@click.argument("county")
def list_command(county: str) -> None:
    from services.routing.learned import NotAModel, read

    code = _code(load(*NEEDED), county)
    in_use = None
    for path in (files := model_files(code)):
        try:
            heads = read(path, county=code).facts.heads
        except NotAModel as error:
            say(f"{path.stem}  不能读取（{error}）")
            continue
        in_use = in_use or path
        told = "；".join(f"{QUESTIONS[question]} {head.cases} 件" for question, head in heads.items())
        say(f"{path.stem}  {told}{'  在用' if path == in_use else ''}")
    if not files:
        say(f"还没有模型。训练：./xinqiao suggest train {county}")


@command.command("evaluate", help="用任何有标签的 CSV 文件测量：与线性字 n-gram 对照，交叉验证")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--title", "title", required=True, help="标题所在的列")
@click.option("--text", "text", required=True, help="正文所在的列")
@click.option("--label", "label", required=True, help="正确答案所在的列")
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(min=1), help="交叉验证重复几次")
def evaluate_command(file: Path, title: str, text: str, label: str, repeats: int) -> None:
    from deploy.operator.suggest_evaluation import evaluate, labelled_letters, report

    for line in report(evaluate(labelled_letters(file, title=title, text=text, label=label), repeats=repeats)):
        say(line)


def train(settings: Settings, county: str) -> Path:
    """Writes a new model for the county (code or slug) and returns its file. Raises ``LocalError``."""
    from services.routing import training

    code = _code(settings, county)
    cases = _cases(settings.routing_database_url, code)
    say(f"可供学习的信访件 {len(cases)} 件（检举控告、要求保密和反映具体单位、人员的不用于学习）。")
    try:
        version, content, facts = training.train(cases, county=code, now=clock.now())
    except training.TooFewCases:
        raise LocalError(_too_few(cases)) from None
    for question, name in QUESTIONS.items():
        head = facts.heads.get(question)
        if head is None:
            say(f"{name}：数量不足，本模型不作建议。需要至少 {LEAST_CASES} 件，且至少两类各有 {LEAST_PER_ANSWER} 件。")
            continue
        say(f"{name}：{head.cases} 件，{len(set(head.labels) - {''})} 类，交叉验证 macro-F1 {head.macro_f1:.3f}。")
        if head.threshold is None:
            say(f"  把握多大时都达不到 {training.RIGHT_ENOUGH:.0%} 正确，因此只会回答“没有把握”。")
        else:
            told = f"{head.sure:.0%} 的件有建议，其中 {head.right_when_sure:.0%} 正确"
            say(f"  把握不低于 {head.threshold:.2f} 才提出建议：{told}。")
    return _written(models_folder(code) / f"{version}{SUFFIX}", content)


def _code(settings: Settings, county: str) -> str:
    async def find() -> str:
        engine = connect(settings.gateway_database_url)
        try:
            return (await known_county(engine, county)).code
        finally:
            await engine.dispose()

    try:
        return asyncio.run(find())
    except (SQLAlchemyError, OSError) as error:
        raise LocalError("连不上平台的数据库，请确认平台正在运行（./xinqiao status）") from error


def _cases(url: str, county: str) -> list[Case]:
    database = Database(service="routing", url=url)
    try:
        with database.begin(system_actor(county, "operator")) as tx:
            petitions = (row.state for row in tx.kept_all(Petition))
            referrals = (row.state for row in tx.all(Referral))
            return decided_cases(petitions, referrals)
    except SQLAlchemyError as error:
        raise LocalError("连不上平台的数据库，请确认平台正在运行（./xinqiao status）") from error
    finally:
        database.engine.dispose()


def _too_few(cases: Sequence[Case]) -> str:
    categories = sum(1 for case in cases if case.category)
    tenants = sum(1 for case in cases if case.tenant)
    return (
        f"可供学习的信访件太少：有内容分类的 {categories} 件，有主办单位的 {tenants} 件。"
        f"至少需要 {LEAST_CASES} 件，且至少两类（两个单位）各有 {LEAST_PER_ANSWER} 件。"
        "没有训练新模型；请在办结更多信访件之后再训练"
    )


def _written(path: Path, content: bytes) -> Path:
    """Written beside and renamed, so that the service never reads half a model; only its own user may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)
    return path
