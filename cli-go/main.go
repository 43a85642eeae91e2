// Command hanamictl does on a terminal what a Hanami server can do.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"hanami.dev/cli/internal/cli"
	"hanami.dev/cli/internal/output"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // whoever says it twice means it
	}()
	streams := output.System()
	root, settings := cli.New(streams)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil && err != nil {
		err = errors.Join(context.Canceled, err)
	}
	os.Exit(cli.Exit(streams, settings, err))
}
