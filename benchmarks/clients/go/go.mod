module hanami.dev/benchmarks/clients/go

go 1.26.0

require (
	github.com/google/uuid v1.6.0
	hanami.dev/sdk/go v0.0.0
)

require (
	github.com/apapsch/go-jsonmerge/v2 v2.0.0 // indirect
	github.com/coder/websocket v1.8.15 // indirect
	github.com/oapi-codegen/nullable v1.1.0 // indirect
	github.com/oapi-codegen/runtime v1.8.0 // indirect
)

replace hanami.dev/sdk/go => ../../../sdk/go
