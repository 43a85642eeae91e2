package hanami

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"
	"hanami.dev/sdk/go/generated/api"
	"hanami.dev/sdk/go/transport"
)

// piece is how many bytes of a file are sent at a time; a file that is not larger is sent in one call.
const piece = 8 << 20

// Progress is told how many bytes have been sent or fetched, of how many; 0 where that is not known.
type Progress func(done, total int64)

// Uploads are files on their way to becoming a dataset.
type Uploads struct {
	api.UploadsAPI
	client *Client
}

// Create sends a file. What can be read at any place, as an [os.File] can, is sent in pieces, and after a lost connection
// from where it broke off; other readers are sent once, in a stream.
func (u Uploads) Create(ctx context.Context, source io.Reader, progress Progress) (*api.Upload, error) {
	file, size, err := fileOf(source)
	if err != nil {
		return nil, err
	}
	if file != nil && size > piece {
		return u.createInPieces(ctx, file, size, progress)
	}
	upload := new(api.Upload)
	request := &transport.Request{Operation: "createUpload", Method: http.MethodPost, Path: "/v1/uploads", Once: true}
	return upload, u.client.SendFile(ctx, request, source, progress, upload)
}

// createInPieces leaves nothing behind where it fails: nobody knows what to resume.
func (u Uploads) createInPieces(ctx context.Context, file io.ReaderAt, size int64, progress Progress) (*api.Upload, error) {
	begun, err := u.Start(ctx, api.UploadStart{Size: size})
	if err != nil {
		return nil, err
	}
	upload, err := u.Resume(ctx, begun.Id, file, progress)
	if err != nil {
		_ = u.Delete(context.WithoutCancel(ctx), begun.Id)
		return nil, err
	}
	return upload, nil
}

// Resume goes on with an upload in pieces, from where it broke off.
func (u Uploads) Resume(ctx context.Context, id uuid.UUID, file io.ReaderAt, progress Progress) (*api.Upload, error) {
	upload, err := u.Get(ctx, id)
	for failures := 0; err == nil && upload.Received < upload.Size; {
		if progress != nil {
			progress(upload.Received, upload.Size)
		}
		var next *api.Upload
		part := io.NewSectionReader(file, upload.Received, min(piece, upload.Size-upload.Received))
		next, err = u.Append(ctx, id, &api.AppendUploadParams{Offset: &upload.Received}, part, again(part))
		if errors.Is(err, ErrNoAnswer) || errors.Is(err, ErrBadRequest) || errors.Is(err, ErrConflict) {
			if failures++; failures > u.client.policy.retries {
				break
			}
			if err = sleep(ctx, backoff(failures)); err != nil {
				break
			}
			before := upload.Received
			if next, err = u.Get(ctx, id); err == nil && next.Received > before {
				failures = 0
			}
		}
		if err == nil {
			upload = next
		}
	}
	if err != nil {
		return nil, err
	}
	if progress != nil {
		progress(upload.Received, upload.Size)
	}
	return upload, nil
}

// again lets a request send its body anew.
func again(part *io.SectionReader) transport.Option {
	return func(request *transport.Request) {
		request.Length = part.Size()
		request.Again = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(part, 0, part.Size())), nil }
	}
}

// SendFile sends a request whose body is a file, and reads the answer into out; the body is sent again where it can be read
// again. Operations have faces of their own for it, as [Uploads.Create] is one.
func (c *Client) SendFile(ctx context.Context, request *transport.Request, source io.Reader, progress Progress, out any) error {
	file, size, err := fileOf(source)
	if err != nil {
		return err
	}
	request.Body = &counting{inner: source, total: size, tell: progress}
	if file != nil {
		request.Length = size
		request.Again = func() (io.ReadCloser, error) {
			return io.NopCloser(&counting{inner: io.NewSectionReader(file, 0, size), total: size, tell: progress}), nil
		}
		request.Body, _ = request.Again()
	}
	return c.Call(ctx, request, out)
}

// fileOf gives what can be read at any place, and how many bytes it has; nil for other readers.
func fileOf(source io.Reader) (io.ReaderAt, int64, error) {
	file, ok := source.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return nil, 0, nil
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, nil //nolint:nilerr // a pipe, say, which is sent as a stream
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	return file, size, nil
}

type counting struct {
	inner       io.Reader
	done, total int64
	tell        Progress
}

func (c *counting) Read(into []byte) (int, error) {
	n, err := c.inner.Read(into)
	c.done += int64(n)
	if c.tell != nil && n > 0 {
		c.tell(c.done, c.total)
	}
	return n, err
}

// Fetch writes what a request is answered with; where the connection breaks, it goes on with the rest of the same file.
// Operations have faces of their own for it, as [Datasets.Download] is one.
func (c *Client) Fetch(ctx context.Context, request *transport.Request, into io.Writer, progress Progress) (int64, error) {
	return c.fetch(ctx, into, progress, func(options ...transport.Option) (*http.Response, error) {
		again := *request
		again.Header = request.Header.Clone()
		return c.Open(ctx, &again, options...)
	})
}

func (c *Client) fetch(ctx context.Context, into io.Writer, progress Progress, open func(...transport.Option) (*http.Response, error)) (int64, error) {
	var done int64
	tag, total := "", int64(0)
	for failures := 0; ; {
		response, err := open(func(request *transport.Request) {
			if done > 0 {
				request.SetHeader("Range", fmt.Sprintf("bytes=%d-", done))
				request.SetHeader("If-Range", tag)
			}
		})
		if err != nil {
			return done, err
		}
		if done > 0 && response.StatusCode != http.StatusPartialContent {
			return done, errors.Join(fmt.Errorf("%w: the file is another one by now", ErrNoAnswer), response.Body.Close())
		}
		if done == 0 {
			tag, total = response.Header.Get("ETag"), max(0, response.ContentLength)
		}
		n, err := io.Copy(into, &counting{inner: response.Body, done: done, total: total, tell: progress})
		done += n
		_ = response.Body.Close()
		if err == nil {
			return done, nil
		}
		if n > 0 {
			failures = 0
		}
		if failures++; tag == "" || failures > c.policy.retries || ctx.Err() != nil {
			return done, fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
		if err := sleep(ctx, backoff(failures)); err != nil {
			return done, err
		}
	}
}
