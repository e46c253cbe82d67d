"""Studies against closed forms, and as a person types them."""
