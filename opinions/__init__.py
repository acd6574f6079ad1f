"""The drafter's desk: what people want of each provision, grouped, answered, and printed as the official table."""
