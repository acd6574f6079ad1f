"""The demonstration site: real laws, invented people and opinions, made through the site's own services."""
