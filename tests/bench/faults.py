"""What twenty clients see while parts of the platform fail: ``.venv/bin/python -m tests.bench.faults``. No part of
``test``. Prints the table of docs/benchmarks.md."""

import argparse
import os
from collections import Counter
from collections.abc import Callable

from services.contracts.topology import SERVICES
from tests.faults.clients import Ended, Seen, run
from tests.faults.striking import broker_away, database_restarted, held, killed
from tests.harness.instance import started_instance
from tests.harness.platform import Platform, started_platform

CLIENTS = 20

FAULTS: dict[str, Callable[[Platform], None]] = {
    "intake killed": lambda platform: killed(platform, "intake"),
    "every service killed, one after the other": lambda platform: killed(platform, *SERVICES),
    "relay and projector killed": lambda platform: killed(platform, "relay", "projector"),
    "gateway killed": lambda platform: killed(platform, "gateway"),
    "intake stands still for 25 s": lambda platform: held(platform, "intake", seconds=25),
    "broker stopped, started 15 s later": lambda platform: broker_away(platform, seconds=15),
    "broker stopped, and the gateway started without it": lambda platform: broker_away(
        platform, seconds=15, gateway_too=True
    ),
    "database killed, started anew": database_restarted,
}
HEADS = (
    *("fault", "done at once", "done when repeated", "of these found done", "answers on the way"),
    *("longest wait, s", "reads", "reads that failed", "given up", "lost", "double"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--only", help="faults whose name has this in it")
    given = parser.parse_args()
    print("load before:", ", ".join(f"{load:.1f}" for load in os.getloadavg()))
    print(f"| {' | '.join(HEADS)} |\n|---|--:|--:|--:|---|--:|--:|---|--:|--:|--:|")
    with started_instance(durable=True) as instance, started_platform(instance) as platform:
        for name, fault in FAULTS.items():
            if given.only and given.only not in name:
                continue
            seen, ended = run(platform, clients=given.clients, fault=lambda: fault(platform))  # noqa: B023
            print(row(name, seen, ended), flush=True)


def row(name: str, seen: Seen, ended: Ended) -> str:
    cells = (
        *(name, seen.at_once, seen.later, seen.found_done, _listed(seen.codes), f"{seen.longest:.1f}", seen.reads),
        *(_listed(seen.reads_failed), seen.never, ended.lost, ended.double),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _listed(codes: Counter[str]) -> str:
    return ", ".join(f"{code.replace('_', ' ').lower()} {count}" for code, count in codes.most_common()) or "-"


if __name__ == "__main__":
    main()
