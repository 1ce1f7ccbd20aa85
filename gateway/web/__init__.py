"""What holds for every request, whichever route it is for: headers, limits, the log line, and how refusals leave."""
