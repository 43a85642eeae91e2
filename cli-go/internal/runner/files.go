package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/transport"

	"hanami.dev/cli/internal/output"
)

// sentFiles are uploads that are of no use where what they were sent for fails.
type sentFiles struct{ ids []uuid.UUID }

func (s *sentFiles) send(ctx context.Context, r *Runner, client *hanami.Client, path string) (string, error) {
	file, done, err := r.open(path)
	if err != nil {
		return "", err
	}
	defer done()
	bar := output.NewBar(r.Streams, r.Settings.Progress, filepath.Base(path), true)
	upload, err := client.Uploads.Create(ctx, file, bar.Set)
	bar.End(err == nil)
	if err != nil {
		return "", err
	}
	s.ids = append(s.ids, upload.Id)
	return upload.Id.String(), nil
}

func (s *sentFiles) remove(ctx context.Context, client *hanami.Client) {
	for _, id := range s.ids {
		_ = client.Uploads.Delete(context.WithoutCancel(ctx), id) // what was made of it is more to the point than this
	}
	s.ids = nil
}

func (r *Runner) open(path string) (io.Reader, func(), error) {
	if path == "-" {
		return r.Streams.In, func() {}, nil
	}
	file, err := os.Open(path) // #nosec G304 -- whoever runs the command names it
	if err != nil {
		return nil, nil, err
	}
	return file, func() { _ = file.Close() }, nil
}

// upload sends a file as the body.
func (r *Runner) upload(ctx context.Context, client *hanami.Client, request *transport.Request, call *Call) error {
	file, done, err := r.open(call.File)
	if err != nil {
		return err
	}
	defer done()
	bar := output.NewBar(r.Streams, r.Settings.Progress, filepath.Base(call.File), true)
	if call.Operation.ID == "createUpload" { // in pieces, where it is large
		upload, err := client.Uploads.Create(ctx, file, bar.Set)
		bar.End(err == nil)
		if err != nil {
			return err
		}
		return r.showAgain(ctx, client, call, "/v1/uploads/"+upload.Id.String())
	}
	var answer json.RawMessage
	err = client.SendFile(ctx, request, file, bar.Set, &answer)
	bar.End(err == nil)
	if err != nil {
		return err
	}
	return r.show(call.Operation, answer)
}

// download writes what is answered into a file, which is there only when all of it has come; or to standard output.
func (r *Runner) download(ctx context.Context, client *hanami.Client, request *transport.Request, call *Call) error {
	if call.To == "" || call.To == "-" {
		if r.Streams.OutIsTerminal && call.Operation.Answers == "application/octet-stream" {
			return Usage(call.Command, "this is a file, and no text to read: --to says where it goes")
		}
		_, err := client.Fetch(ctx, request, r.Streams.Out, nil)
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(call.To), "."+filepath.Base(call.To)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // it has another name when all went well
	bar := output.NewBar(r.Streams, r.Settings.Progress, filepath.Base(call.To), true)
	bytes, err := client.Fetch(ctx, request, file, bar.Set)
	bar.End(err == nil)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(file.Name(), 0o644), os.Rename(file.Name(), call.To)); err != nil { // #nosec G302 -- as any file
		return err
	}
	_, err = fmt.Fprintf(r.Streams.Err, "%s: %d bytes\n", call.To, bytes)
	return err
}
