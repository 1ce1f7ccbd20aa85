"""All parts of the platform on one machine: what they are called and how each is started."""

import os
import sys
from collections.abc import Mapping

from deploy.local import postgres, rabbitmq
from deploy.local.instance import MARK, ROOT, Instance
from deploy.local.part import Part
from services.common.settings import ENV_PREFIX

SERVICES = {"intake": "登记服务", "routing": "转办服务", "roster": "值班服务", "deadlines": "时限服务"}
SWEEPER, WATCHER, RELAY, PROJECTOR, GATEWAY = "sweeper", "watcher", "relay", "projector", "gateway"
PLATFORM = (*SERVICES, SWEEPER, WATCHER, RELAY, PROJECTOR, GATEWAY)
"""Every part that is ours; the broker and the database are beneath them."""

LABELS = {
    postgres.NAME: "数据库",
    rabbitmq.NAME: "消息总线",
    **SERVICES,
    SWEEPER: "督办巡查",
    WATCHER: "值守巡查",
    RELAY: "发件中继",
    PROJECTOR: "视图同步",
    GATEWAY: "网关",
}


def infrastructure(instance: Instance) -> list[Part]:
    """The private broker and database; a server that the person named is not ours to keep."""
    return [
        *([postgres.part(instance)] if instance.database else []),
        *([rabbitmq.part(instance)] if instance.broker else []),
    ]


def platform(environ: Mapping[str, str]) -> list[Part]:
    """Our own parts. They read the settings file that ``environment`` names, and the overrides in ``environ``."""
    overrides = {name: value for name, value in environ.items() if name.startswith(ENV_PREFIX)}
    overrides.pop("XINQIAO_CONFIG", None)

    def python(name: str, *arguments: str) -> Part:
        return Part(
            name=name, label=LABELS[name], command=(sys.executable, "-m", *arguments), environment=dict(overrides)
        )

    return [
        *(python(name, "services.common.process", f"services.{name}.service") for name in SERVICES),
        python(SWEEPER, "services.deadlines.sweeper"),
        python(WATCHER, "services.roster.watcher"),
        python(RELAY, "services.common.relay"),
        python(PROJECTOR, "gateway.projector"),
        python(GATEWAY, "gateway"),
    ]


def environment(instance: Instance, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the keeper, and so of every part."""
    return {
        **environ,
        MARK: instance.run,
        "XINQIAO_CONFIG": str(instance.config),
        "PYTHONPATH": os.fspath(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
