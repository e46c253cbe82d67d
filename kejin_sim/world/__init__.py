"""How the world moves: scalar functions of state, numbers and uniforms."""
