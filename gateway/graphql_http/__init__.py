"""GraphQL over HTTP: what may be sent, what may be asked, and in which form it is answered."""
