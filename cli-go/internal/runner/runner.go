// Package runner does what commands say: it is the same for every operation. Requests go through the Go SDK.
package runner

import (
	"context"
	"encoding/json"
	"time"

	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/transport"

	"hanami.dev/cli/internal/operation"
	"hanami.dev/cli/internal/output"
)

// Often is how long --watch waits between two looks, where it is not said.
const Often = 2 * time.Second

// Settings are the flags that every command has.
type Settings struct {
	Profile  string
	URL      string
	Format   output.Format
	JQ       string
	Progress string
	DryRun   bool
	Debug    bool
	Yes      bool
}

// Runner does what commands say.
type Runner struct {
	Settings *Settings
	Streams  output.Streams
	Groups   []operation.Group
}

// Given is a flag that was given, with what.
type Given struct {
	Flag   *operation.Flag
	Values []string
}

// Call is one use of a command.
type Call struct {
	Operation *operation.Operation
	Command   string // as it was typed
	Arguments []string
	Query     []Given
	Fields    []Given
	File, To  string
	Key       string
	IfVersion int64
	Interval  time.Duration
	Timeout   time.Duration
	Watch     bool
	Wait      bool
	All       bool
}

// IsDownload says whether the answer is a file or a text, rather than something to show.
func (c *Call) IsDownload() bool {
	switch c.Operation.Answers {
	case "", "application/json", "text/event-stream":
		return false
	}
	return true
}

// Run does it.
func (r *Runner) Run(ctx context.Context, call *Call) error {
	if err := r.check(call); err != nil {
		return err
	}
	client, err := r.Client(call.Operation.Public || r.Settings.DryRun)
	if err != nil {
		return err
	}
	request, sent, err := r.request(ctx, client, call)
	if err != nil {
		return err
	}
	if r.Settings.DryRun {
		return r.tell(request, call)
	}
	if err := r.confirm(call); err != nil {
		return err
	}
	if err = r.do(ctx, client, request, call); err != nil {
		sent.remove(ctx, client)
	}
	return err
}

func (r *Runner) do(ctx context.Context, client *hanami.Client, request *transport.Request, call *Call) error {
	switch {
	case call.Operation.Answers == "text/event-stream":
		return r.events(ctx, client, request)
	case call.IsDownload():
		return r.download(ctx, client, request, call)
	case call.Operation.IsFile():
		return r.upload(ctx, client, request, call)
	case call.Watch:
		return r.watch(ctx, client, request, call)
	}
	answer, err := r.ask(ctx, client, request, call)
	if err != nil {
		return err
	}
	if call.Wait {
		return r.wait(ctx, client, call, answer)
	}
	return r.show(call.Operation, answer)
}

// ask gives what the server answers; all parts of a list where that is wanted.
func (r *Runner) ask(ctx context.Context, client *hanami.Client, request *transport.Request, call *Call) (json.RawMessage, error) {
	if call.All {
		return r.all(ctx, client, request)
	}
	var answer json.RawMessage
	if call.Operation.Answers == "" {
		return nil, client.Call(ctx, request, nil)
	}
	return answer, client.Call(ctx, request, &answer)
}

type page struct {
	Items []json.RawMessage `json:"items"`
	Next  *string           `json:"next_cursor"`
}

func (r *Runner) all(ctx context.Context, client *hanami.Client, request *transport.Request) (json.RawMessage, error) {
	whole := page{Items: []json.RawMessage{}}
	for {
		part, again := page{}, *request
		if err := client.Call(ctx, &again, &part); err != nil {
			return nil, err
		}
		whole.Items = append(whole.Items, part.Items...)
		if part.Next == nil {
			return json.Marshal(whole)
		}
		request.Query.Set("cursor", *part.Next)
	}
}

func (r *Runner) show(one *operation.Operation, answer json.RawMessage) error {
	if answer == nil {
		return nil
	}
	shape := output.Shape{Pages: one.Pages, Columns: one.Columns, Wide: one.Wide}
	return output.Show(r.Streams, r.Settings.Format, r.Settings.JQ, shape, answer)
}

// Client makes what speaks to the server.
func (r *Runner) Client(anonymous bool) (*hanami.Client, error) {
	config := hanami.Config{URL: r.Settings.URL, Profile: r.Settings.Profile, Anonymous: anonymous}
	return r.ClientOf(config)
}

// ClientOf makes what speaks to the server as a configuration says.
func (r *Runner) ClientOf(config hanami.Config) (*hanami.Client, error) {
	var options []hanami.Option
	if r.Settings.Debug {
		options = append(options, hanami.WithHTTPClient(debugging(r.Streams.Err)))
	}
	return hanami.New(config, options...)
}
