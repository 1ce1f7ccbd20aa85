"""Files of a case: taken in, kept and given out."""
