"""What is indexed and how it is found. Features register their types; engines are interchangeable."""
