"""The kernels of the GPU, compiled for the host, where everybody can run them."""
