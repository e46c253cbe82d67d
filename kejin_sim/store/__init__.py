"""Run folders: what a run leaves on disk, written whole or not at all, and how it is read back."""
