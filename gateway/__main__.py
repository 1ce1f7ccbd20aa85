"""``python -m gateway``: the gateway's process."""

import sys

import uvicorn

from gateway.app import create_app
from gateway.attachments.stores import check_complete
from gateway.subscriptions.transport import socket_options
from services.common import logs, settings


def main() -> None:
    try:
        config = settings.load("amqp_url", "gateway_database_url", "token_key", "link_key")
        check_complete(config)
        logs.configure(part="gateway", level=config.log_level)
        app = create_app(config)
    except settings.SettingsError as error:
        sys.exit(str(error))
    uvicorn.run(
        app,
        host=config.host,
        port=config.port,
        log_config=None,
        access_log=False,
        server_header=False,
        # Whose X-Forwarded-For is believed is our own setting: trusted_proxies.
        proxy_headers=False,
        **socket_options(),
    )


if __name__ == "__main__":
    main()
