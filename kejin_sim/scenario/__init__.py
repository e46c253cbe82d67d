"""What a user writes → a validated scenario → frozen numeric inputs."""
