"""What somebody must do next, and how many cases there are: kept beside the cases, so that no list looks for it."""
