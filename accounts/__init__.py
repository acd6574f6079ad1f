"""People, agencies, the roles of people in agencies, and how people sign in."""
