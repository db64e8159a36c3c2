"""What a class handed in: folders, archives and platforms' names, none of them trusted."""
