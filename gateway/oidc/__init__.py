"""OpenID Connect: people who sign in at an outside issuer, and bearer tokens that it made; mapped by configuration."""
