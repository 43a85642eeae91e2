"""The learning rule in CUDA C++, and what runs it: a GPU, or the host in its place."""
