"""Nothing: operations are called through `hanami_sdk`."""
