"""Published payloads typed into every text field of the site, and what a browser makes of the pages that show them."""
