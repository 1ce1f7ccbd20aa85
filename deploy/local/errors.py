"""What stops the operator's commands, in words for the person who runs them."""


class LocalError(Exception):
    """Something that a person must see to; the message is Chinese and says what to do."""
