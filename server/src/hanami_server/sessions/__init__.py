"""Direct sessions: a client and a network, one sample after the other over a websocket."""
