"""Files that are kept: uploads, datasets, states of clusters, checkpoints. Knows neither database nor HTTP.

Every function here is synchronous and may wait for the disk: call it on a thread.
"""
