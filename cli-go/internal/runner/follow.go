package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/generated/api"
	"hanami.dev/sdk/go/transport"

	"hanami.dev/cli/internal/output"
)

// wait follows a task to its end.
func (r *Runner) wait(ctx context.Context, client *hanami.Client, call *Call, answer json.RawMessage) error {
	begun := api.Task{}
	if err := json.Unmarshal(answer, &begun); err != nil {
		return err
	}
	task, err := client.Tasks.Follow(ctx, begun.Id)
	if err != nil {
		return err
	}
	limited, cancel := ctx, func() {}
	if call.Timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, call.Timeout)
	}
	defer cancel()
	bar := output.NewBar(r.Streams, r.Settings.Progress, string(task.Info.Type), false)
	failed := task.Wait(limited, func(progress api.TaskProgress) {
		bar.Set(progress.Done, progress.Total)
		bar.Describe(fmt.Sprintf("%.0f samples/s", progress.SamplesPerSecond))
	})
	bar.End(failed == nil)
	if failed != nil && ctx.Err() == nil && limited.Err() != nil {
		failed = ErrPending
	}
	if ctx.Err() != nil {
		_, _ = fmt.Fprintf(r.Streams.Err, "task %s goes on; `hanamictl tasks cancel %s` ends it\n", begun.Id, begun.Id)
		return ctx.Err()
	}
	return errors.Join(failed, r.showAgain(ctx, client, call, "/v1/tasks/"+begun.Id.String()))
}

// showAgain asks for what has become of something.
func (r *Runner) showAgain(ctx context.Context, client *hanami.Client, call *Call, path string) error {
	var answer json.RawMessage
	if err := client.Call(ctx, &transport.Request{Operation: "get", Method: http.MethodGet, Path: path}, &answer); err != nil {
		return err
	}
	return r.show(call.Operation, answer)
}

// watch asks again and again, until it is told to stop; it shows what is new.
func (r *Runner) watch(ctx context.Context, client *hanami.Client, request *transport.Request, call *Call) error {
	var before json.RawMessage
	for {
		again := *request
		answer, err := r.ask(ctx, client, &again, call)
		if err != nil {
			return err
		}
		if !bytes.Equal(before, answer) {
			r.Streams.Clear()
			if err := r.show(call.Operation, answer); err != nil {
				return err
			}
			before = answer
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(call.Interval):
		}
	}
}

// events shows what comes, one line each, until it ends.
func (r *Runner) events(ctx context.Context, client *hanami.Client, request *transport.Request) error {
	for event, err := range hanami.ReadEvents[json.RawMessage](client.Open(ctx, request)) {
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
		if err := output.Event(r.Streams, r.Settings.Format, r.Settings.JQ, event); err != nil {
			return err
		}
	}
	return nil
}
