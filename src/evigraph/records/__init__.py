"""Records: entries of databases, registers and files, as a review keeps them."""
