"""The compiled engine: blocks of paths through quarters and enterprises."""
