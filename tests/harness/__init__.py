"""What tests of the running platform stand on: a private broker and database, all parts, and a way to speak."""
