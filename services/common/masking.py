"""What remains of personal data outside the vault."""


def mask_name(name: str) -> str:
    """``张三`` -> ``张*``: the first character and an asterisk for each other."""
    name = name.strip()
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_identity_number(number: str) -> str:
    """``611021198001012234`` -> ``6110************34``."""
    return number[:4] + "*" * (len(number) - 6) + number[-2:]


def mask_phone(phone: str) -> str:
    """``13800001234`` -> ``138****1234``; of a shorter number only the last two digits remain."""
    if len(phone) < 11:
        return "*" * (len(phone) - 2) + phone[-2:]
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def mask_address(address: str) -> str:
    """The first six characters, which name county and township at most."""
    return address[:6] + "****" if len(address) > 6 else "****"
