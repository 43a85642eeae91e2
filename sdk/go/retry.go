package hanami

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"hanami.dev/sdk/go/transport"
)

const (
	firstWait     = 500 * time.Millisecond
	longestWait   = 8 * time.Second
	longestObeyed = time.Minute // a server that asks for more gets no second try
)

type retryPolicy struct {
	retries int
	timeout time.Duration
}

// build makes the request of package http.
func build(ctx context.Context, base string, request *transport.Request) (*http.Request, error) {
	body, length, again := request.Body, request.Length, request.Again
	media := "application/octet-stream"
	if request.JSON != nil {
		content, err := json.Marshal(request.JSON)
		if err != nil {
			return nil, fmt.Errorf("the body of %s: %w", request.Operation, err)
		}
		media, length, body = "application/json", int64(len(content)), bytes.NewReader(content)
		again = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	}
	built, err := http.NewRequestWithContext(ctx, request.Method, base+request.Path, body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfiguration, err)
	}
	built.URL.RawQuery = request.Query.Encode()
	if body != nil {
		built.Header.Set("Content-Type", media)
		built.GetBody = again
		if length > 0 {
			built.ContentLength = length
		}
	}
	if request.Once {
		built.Header.Set("Idempotency-Key", uuid.NewString())
	}
	for name, values := range request.Header {
		built.Header[name] = values
	}
	return built, nil
}

// send sends a request, again if need be where that cannot do a thing twice: when it was never sent, when the server said
// "not now" (429, 503, or 409 with Retry-After while it answers the same already), when its method is idempotent, or when
// it names an idempotency key. It waits from 0.5 to 8 seconds, or as long as the server asks.
func (c *Client) send(request *http.Request) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		response, err := c.sendOnce(request)
		last := attempt == c.policy.retries || !canRepeat(request)
		wait := backoff(attempt)
		if err != nil {
			if last || !mayRepeatAfter(err, request) {
				return nil, err
			}
		} else {
			asked, ok := askedWait(response, wait)
			if last || !ok {
				return response, nil
			}
			_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16))
			_ = response.Body.Close()
			wait = asked
		}
		if err := sleep(request.Context(), wait); err != nil {
			return nil, err
		}
		if err := rewind(request); err != nil {
			return nil, err
		}
	}
}

// sendOnce sends a request; the server has until the timeout to begin its answer.
func (c *Client) sendOnce(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	late := time.AfterFunc(c.policy.timeout, func() { cancel(fmt.Errorf("%w within %v", ErrNoAnswer, c.policy.timeout)) })
	response, err := c.web.Do(request.WithContext(ctx))
	late.Stop()
	if err != nil {
		cause := context.Cause(ctx)
		cancel(nil)
		if request.Context().Err() != nil {
			return nil, request.Context().Err()
		}
		if errors.Is(cause, ErrNoAnswer) {
			return nil, cause
		}
		return nil, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	response.Body = &cancelling{response.Body, cancel}
	return response, nil
}

// cancelling frees what belongs to a request when its answer is closed.
type cancelling struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

func (c *cancelling) Close() error {
	defer c.cancel(nil)
	return c.ReadCloser.Close()
}

func canRepeat(request *http.Request) bool { return request.Body == nil || request.GetBody != nil }

func rewind(request *http.Request) error {
	if request.Body == nil {
		return nil
	}
	body, err := request.GetBody()
	request.Body = body
	return err
}

func mayRepeatAfter(err error, request *http.Request) bool {
	var refused *net.OpError
	if errors.As(err, &refused) && refused.Op == "dial" {
		return true // it was never sent
	}
	if request.Context().Err() != nil {
		return false
	}
	return request.Method != http.MethodPost && request.Method != http.MethodPatch || request.Header.Get("Idempotency-Key") != ""
}

// askedWait gives how long to wait before a request is sent again; false where this answer is the last.
func askedWait(response *http.Response, otherwise time.Duration) (time.Duration, bool) {
	asked := response.Header.Get("Retry-After")
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
	case http.StatusConflict:
		if asked == "" {
			return 0, false
		}
	default:
		return 0, false
	}
	wait := otherwise
	if seconds, err := strconv.Atoi(asked); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if moment, err := http.ParseTime(asked); err == nil {
		wait = max(0, time.Until(moment))
	}
	return wait, wait <= longestObeyed
}

// backoff gives how long to wait, with jitter, so that many clients that failed together do not come back together.
func backoff(attempt int) time.Duration {
	wait := min(firstWait<<min(attempt, 10), longestWait)
	return time.Duration(float64(wait) * (0.75 + 0.25*rand.Float64())) // #nosec G404 -- no secret
}

func sleep(ctx context.Context, wait time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(wait):
		return nil
	}
}
