"""Live clusters and the work that they do: hosts run slices of tasks, the fleet decides who is next."""
