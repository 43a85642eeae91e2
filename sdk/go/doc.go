// Package hanami is the Go client of Hanami, a service of networks that grow while they learn.
//
// [New] gives a [Client]. Every operation of the server is a method of it, named by what it is about and a verb:
// client.Clusters.Create. Models are in [hanami.dev/sdk/go/generated/api].
package hanami
