"""An eleventh measure, for a test: every firm of the city may go to evening classes once a year."""
