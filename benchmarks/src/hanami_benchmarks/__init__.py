"""The engine and the server beside their peers: every table comes from one run on one machine."""
