"""API keys: machines that act for a tenant; made and ended by its administrator, told in the ledger."""
