"""Other houses' systems that hand in orders (12345 热线交办〔反馈〕单, OA): each once, by its own number there."""
