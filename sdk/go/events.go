package hanami

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"hanami.dev/sdk/go/generated/api"
)

// Sessions are direct sessions as others see them; [Client.Session] opens one.
type Sessions struct {
	api.SessionsAPI
	client *Client
}

// Events yields how a session goes on, until it ends.
func (s Sessions) Events(ctx context.Context, cluster, session uuid.UUID) iter.Seq2[api.Session, error] {
	response, err := s.SessionsAPI.Events(ctx, cluster, session)
	return ReadEvents[api.Session](response, err)
}

// ReadEvents yields the data of server-sent events, which are JSON, and closes the answer; err is that of the request.
func ReadEvents[Event any](response *http.Response, err error) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		var nothing Event
		if err != nil {
			yield(nothing, err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		if media := response.Header.Get("Content-Type"); !strings.HasPrefix(media, "text/event-stream") {
			yield(nothing, fmt.Errorf("%w: no events, but %s", ErrNoAnswer, media))
			return
		}
		lines, data := bufio.NewReader(response.Body), bytes.Buffer{}
		for {
			line, err := lines.ReadString('\n')
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(nothing, fmt.Errorf("%w: %w", ErrNoAnswer, err))
				return
			}
			line = strings.TrimRight(line, "\r\n")
			if value, ok := strings.CutPrefix(line, "data:"); ok {
				data.WriteString(strings.TrimPrefix(value, " "))
			}
			if line != "" || data.Len() == 0 {
				continue
			}
			var event Event
			err = json.Unmarshal(data.Bytes(), &event)
			data.Reset()
			if err != nil {
				err = fmt.Errorf("%w: %w", ErrNoAnswer, err)
			}
			if !yield(event, err) || err != nil {
				return
			}
		}
	}
}
