"""Search in Chinese over what the view holds: words, questions, hits, and how they are found."""
