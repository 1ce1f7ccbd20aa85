"""Lists of the view as XLSX: what the actor sees of them, in columns with Chinese headings."""
