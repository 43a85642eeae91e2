"""Operations and models of the Hanami server, made from openapi/openapi.json by `make generate`; never edit them."""
