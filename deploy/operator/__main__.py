"""``python -m deploy.operator``: the commands of ``./xinqiao``."""

from deploy.operator.cli import main

main()
