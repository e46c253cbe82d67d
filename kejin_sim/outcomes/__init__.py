"""From what engines record to what a person reads: metrics, returns, summaries, representative paths."""
