package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/transport"

	"hanami.dev/cli/internal/operation"
)

// check finds what is missing before anything is sent.
func (r *Runner) check(call *Call) error {
	if call.Operation.IsFile() && call.File == "" {
		return Usage(call.Command, "--file is needed")
	}
	if call.Timeout != 0 && !call.Wait {
		return Usage(call.Command, "--timeout has a meaning only together with --wait")
	}
	if call.File != "" || call.Operation.IsFile() {
		return r.missing(call, call.Operation.Query, call.Query)
	}
	if err := r.missing(call, call.Operation.Query, call.Query); err != nil {
		return err
	}
	return r.missing(call, call.Operation.Fields, call.Fields)
}

func (r *Runner) missing(call *Call, flags []operation.Flag, given []Given) error {
	for at := range flags {
		flag := &flags[at]
		if valueOf(given, flag.Name) != "" || slices.ContainsFunc(given, func(one Given) bool { return one.Flag == flag }) {
			continue
		}
		if flag.Required && !(flag.Secret && r.Streams.CanAsk()) {
			return Usage(call.Command, "--%s is needed", flag.Name)
		}
		if chosen := valueOf(given, flag.Choice); slices.Contains(flag.NeededBy, chosen) {
			return Usage(call.Command, "--%s is needed with --%s %s", flag.Name, flag.Choice, chosen)
		}
	}
	return nil
}

func valueOf(given []Given, name string) string {
	for _, one := range given {
		if one.Flag.Name == name && len(one.Values) > 0 {
			return one.Values[0]
		}
	}
	return ""
}

// request makes what is going to be sent. Files that fields stand for are sent on the way: what is in the second answer has
// to be removed where the rest fails.
func (r *Runner) request(ctx context.Context, client *hanami.Client, call *Call) (*transport.Request, *sentFiles, error) {
	one, sent := call.Operation, &sentFiles{}
	path, err := r.path(ctx, client, call)
	if err != nil {
		return nil, sent, err
	}
	made := &transport.Request{Operation: one.ID, Method: one.Method, Path: path, Query: url.Values{}, Header: http.Header{}, Once: one.Once}
	for _, given := range call.Query {
		for _, text := range given.Values {
			made.Query.Add(given.Flag.Path[0], text)
		}
	}
	if call.IfVersion != 0 {
		transport.IfVersion(call.IfVersion)(made)
	}
	if call.Key != "" {
		transport.IdempotencyKey(call.Key)(made)
	}
	if one.Sends == "application/json" {
		body, err := r.body(ctx, client, call, sent)
		if err != nil {
			sent.remove(ctx, client)
			return nil, sent, err
		}
		made.JSON = body
	}
	return made, sent, nil
}

func (r *Runner) path(ctx context.Context, client *hanami.Client, call *Call) (string, error) {
	path := call.Operation.Path
	for at, argument := range call.Operation.Arguments {
		id, err := r.resolve(ctx, client, argument.Of, call.Arguments[at], "")
		if err != nil {
			return "", err
		}
		call.Arguments[at] = id
		path = strings.ReplaceAll(path, "{"+argument.Name+"}", transport.Segment(id))
	}
	return path, nil
}

type object = map[string]json.RawMessage

// body makes the JSON of a body: what is in a file, and over it what flags say.
func (r *Runner) body(ctx context.Context, client *hanami.Client, call *Call, sent *sentFiles) (json.RawMessage, error) {
	whole := object{}
	if call.File != "" {
		content, err := r.read(call.File)
		if err != nil {
			return nil, err
		}
		if !json.Valid(content) {
			if content, err = yaml.YAMLToJSON(content); err != nil {
				return nil, Usage(call.Command, "--file: expected JSON or YAML: %v", err)
			}
		}
		if err := json.Unmarshal(content, &whole); err != nil {
			return nil, Usage(call.Command, "--file: expected an object")
		}
	}
	for _, given := range append(call.Fields, r.secrets(call)...) {
		value, err := r.field(ctx, client, call, given, sent)
		if err != nil {
			return nil, err
		}
		if err := put(whole, given.Flag.Path, value); err != nil {
			return nil, Usage(call.Command, "--%s: %v", given.Flag.Name, err)
		}
	}
	return json.Marshal(whole)
}

// secrets are fields that nobody gave, and that are asked for.
func (r *Runner) secrets(call *Call) []Given {
	var asked []Given
	for at := range call.Operation.Fields {
		flag := &call.Operation.Fields[at]
		if flag.Secret && flag.Required && call.File == "" && valueOf(call.Fields, flag.Name) == "" {
			asked = append(asked, Given{Flag: flag, Values: []string{askSecret}})
		}
	}
	return asked
}

// put sets a field of a field.
func put(whole object, path []string, value json.RawMessage) error {
	if len(path) == 1 {
		whole[path[0]] = value
		return nil
	}
	inner := object{}
	if known, ok := whole[path[0]]; ok {
		if err := json.Unmarshal(known, &inner); err != nil {
			return fmt.Errorf("expected %s to be an object in the file", path[0])
		}
	}
	if err := put(inner, path[1:], value); err != nil {
		return err
	}
	made, err := json.Marshal(inner)
	whole[path[0]] = made
	return err
}

// field makes the JSON of what was given with a flag.
func (r *Runner) field(ctx context.Context, client *hanami.Client, call *Call, given Given, sent *sentFiles) (json.RawMessage, error) {
	flag := given.Flag
	if flag.Kind == operation.Strings {
		return json.Marshal(append([]string{}, given.Values...))
	}
	text := given.Values[0]
	if flag.Null && text == "null" && flag.Kind != operation.String {
		return json.RawMessage("null"), nil
	}
	var err error
	switch {
	case flag.Secret:
		text, err = r.secret(flag.Name, text)
	case flag.File && strings.HasPrefix(text, "@"):
		text, err = r.file(ctx, client, flag, text, sent)
	case flag.Of != "":
		text, err = r.resolve(ctx, client, flag.Of, text, r.clusterOf(call))
	}
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", flag.Name, err)
	}
	switch flag.Kind {
	case operation.Integer, operation.Number, operation.Boolean, operation.Value:
		if !json.Valid([]byte(text)) {
			return nil, Usage(call.Command, "--%s: expected JSON", flag.Name)
		}
		return json.RawMessage(text), nil
	}
	return json.Marshal(text)
}

// file gives what `@path` stands for: the id of an upload, or what is in the file.
func (r *Runner) file(ctx context.Context, client *hanami.Client, flag *operation.Flag, text string, sent *sentFiles) (string, error) {
	if flag.Of != "uploads" {
		content, err := r.read(text[1:])
		return string(content), err
	}
	if r.Settings.DryRun {
		return text, nil
	}
	return sent.send(ctx, r, client, text[1:])
}

func (r *Runner) read(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(r.Streams.In)
	}
	return os.ReadFile(path) // #nosec G304 -- whoever runs the command names it
}

// clusterOf names the cluster that a command is about; things within it can be known by name then.
func (r *Runner) clusterOf(call *Call) string {
	for at, argument := range call.Operation.Arguments {
		if argument.Of == "clusters" {
			return call.Arguments[at]
		}
	}
	return ""
}
