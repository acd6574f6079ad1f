"""Forms of surveys: what a respondent's page sends and shows, and what the builder asks for."""
