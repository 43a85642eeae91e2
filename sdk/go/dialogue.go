package hanami

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
	"hanami.dev/sdk/go/generated/api"
	"hanami.dev/sdk/go/transport"
)

const (
	firstReconnect   = 100 * time.Millisecond
	longestReconnect = 5 * time.Second
)

var (
	saveOrder  = []byte(`{"type": "save"}`)
	closeOrder = []byte(`{"type": "close"}`)
	forGood    = []int{1000, 1003, 1007, 1008, 1009, 4401, 4403, 4404, 4409, 4410} // close codes that end everything
)

type message struct {
	kind websocket.MessageType
	data []byte
}

// lossError is a connection that is lost, or was never there.
type lossError struct {
	code   int
	reason string
}

func (e *lossError) Error() string { return fmt.Sprintf("%d %s", e.code, e.reason) }

// write sends a message; where the connection is lost, whatever was not answered is said again over another one.
func (s *Session) write(ctx context.Context, kind websocket.MessageType, data []byte) error {
	for {
		err := s.connected(func(connection *websocket.Conn) error { return connection.Write(ctx, kind, data) })
		if err == nil {
			return nil
		}
		if err := s.recoverFrom(ctx, err); err != nil {
			return err
		}
		if string(data) != string(saveOrder) {
			return nil
		}
	}
}

// listen waits for a message, and does what it asks for.
func (s *Session) listen(ctx context.Context) error {
	for {
		heard, err := s.read(ctx)
		if err == nil {
			if err := s.hear(heard); err != nil {
				return err
			}
			break
		}
		if err := s.recoverFrom(ctx, err); err != nil {
			return err
		}
	}
	for len(s.again) > 0 {
		one := s.again[0]
		s.again = s.again[1:]
		if err := s.say(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) connected(use func(*websocket.Conn) error) error {
	if s.connection == nil {
		return &lossError{1006, "there is no connection"}
	}
	return use(s.connection)
}

func (s *Session) read(ctx context.Context) (heard message, err error) {
	err = s.connected(func(connection *websocket.Conn) error {
		heard.kind, heard.data, err = connection.Read(ctx)
		return err
	})
	return heard, err
}

// messages gives what is sent to say it: before a frame of another layout, the layout.
func (s *Session) messages(one *said) []message {
	if one.kind == 0 {
		return []message{{websocket.MessageText, asJSON(map[string]any{"type": "rest", "sequence": one.sequence})}}
	}
	var messages []message
	inputs, targets := s.inputs, s.targets
	if one.inputs != nil {
		inputs = one.inputs.layout
	}
	if one.targets != nil {
		targets = one.targets.layout
	}
	if !sameLayout(inputs, s.inputs) || !sameLayout(targets, s.targets) {
		s.inputs, s.targets = inputs, targets
		messages = append(messages, message{websocket.MessageText, asJSON(s.describe(map[string]any{"type": "layout"}))})
	}
	head := header{kind: uint8(one.kind), dtype: one.dtype, request: one.request, sequence: one.sequence}
	var data []byte
	for _, part := range []*block{one.inputs, one.targets} {
		if part != nil {
			head.rows = uint16(part.rows) // #nosec G115 -- more rows than that are refused by the server
			data = append(data, part.data...)
		}
	}
	return append(messages, message{websocket.MessageBinary, append(head.append(nil), data...)})
}

func sameLayout(one, other []layoutPart) bool {
	return slices.EqualFunc(one, other, func(a, b layoutPart) bool {
		same := a.Hexagon == nil && b.Hexagon == nil || a.Hexagon != nil && b.Hexagon != nil && *a.Hexagon == *b.Hexagon
		return same && a.Width == b.Width && a.Dtype == b.Dtype
	})
}

func (s *Session) describe(order map[string]any) map[string]any {
	if s.inputs != nil {
		order["inputs"] = s.inputs
	}
	if s.targets != nil {
		order["targets"] = s.targets
	}
	return order
}

func (s *Session) hear(heard message) error {
	if heard.kind == websocket.MessageBinary {
		head, err := readHeader(heard.data)
		if err != nil {
			return err
		}
		answer, err := readAnswer(head, heard.data, s.parts)
		if err != nil {
			return err
		}
		s.answered(head.sequence, answer, nil, Kind(head.kind-answered) != Request)
		return nil
	}
	news := struct {
		Type     string `json:"type"`
		Sequence uint64 `json:"sequence"`
	}{}
	if err := json.Unmarshal(heard.data, &news); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	switch news.Type {
	case "shape":
		shape := api.SessionShape{}
		if err := json.Unmarshal(heard.data, &shape); err != nil {
			return fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
		s.parts = shape.Answers
	case "saved":
		s.saves++
		s.nowDurable(news.Sequence)
	case "rested":
		s.answered(news.Sequence, lost(news.Sequence), nil, true)
	case "error":
		fault := api.SessionFault{}
		if err := json.Unmarshal(heard.data, &fault); err != nil {
			return fmt.Errorf("%w: %w", ErrNoAnswer, err)
		}
		s.refused(news.Sequence, errorOfKind(fault))
	}
	return nil
}

// lost stands for an answer that was lost together with a connection.
func lost(sequence uint64) *Answer { return &Answer{Loss: math.NaN(), Sequence: sequence} }

func (s *Session) answered(sequence uint64, answer *Answer, err error, learned bool) {
	s.received = max(s.received, sequence)
	one, ok := s.unanswered[sequence]
	if !ok {
		return // said again after a loss, and answered before it
	}
	s.forget(sequence)
	one.answer, one.err, one.done = answer, err, true
	if learned {
		s.unsafe = append(s.unsafe, one)
		s.unsafeBytes += one.size()
		s.dropKept(one.request)
	}
}

func (s *Session) dropKept(request uint32) {
	delete(s.kept, request)
	s.keptOrder = slices.DeleteFunc(s.keptOrder, func(one uint32) bool { return one == request })
}

func (s *Session) refused(sequence uint64, err error) {
	one, ok := s.unanswered[sequence]
	if !ok {
		s.complaint = err // of a layout: the frame after it fails too, and this is why
		return
	}
	if one.kind == truth {
		kept, known := s.kept[one.request]
		s.dropKept(one.request)
		if known && errors.Is(err, ErrNotFound) { // the server forgot the inputs; here they are
			one.kind, one.inputs, one.dtype = Learn, kept.inputs, kept.dtype
			s.forget(sequence)
			s.again = append(s.again, one)
			return
		}
	}
	if s.complaint != nil {
		err, s.complaint = s.complaint, nil
	}
	s.answered(sequence, nil, err, false)
}

func (s *Session) nowDurable(sequence uint64) {
	s.durable = max(s.durable, sequence)
	for len(s.unsafe) > 0 && s.unsafe[0].sequence <= s.durable {
		s.unsafeBytes -= s.unsafe[0].size()
		s.unsafe = s.unsafe[1:]
	}
}

// recoverFrom goes on after an error of the connection, over another one.
func (s *Session) recoverFrom(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.recover(ctx, lossOf(err))
}

func lossOf(err error) *lossError {
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		return &lossError{int(closed.Code), closed.Reason}
	}
	return &lossError{1006, err.Error()}
}

// recover connects, and says again what may be lost; an error where that makes no sense any more.
func (s *Session) recover(ctx context.Context, loss *lossError) error {
	if s.connection != nil {
		_ = s.connection.CloseNow()
		s.connection = nil
	}
	if loss != nil && (slices.Contains(forGood, loss.code) || s.resend.Attempts < 0) {
		return &SessionClosedError{loss.code, loss.reason}
	}
	for attempt := range max(s.resend.Attempts, 0) + 1 {
		if loss != nil {
			wait := float64(min(firstReconnect<<min(attempt, 10), longestReconnect)) * (0.75 + 0.25*rand.Float64()) // #nosec G404 -- no secret
			if err := sleep(ctx, time.Duration(wait)); err != nil {
				return err
			}
		}
		err := s.connect(ctx)
		if err == nil || ctx.Err() != nil {
			return cmp.Or(ctx.Err(), err)
		}
		var refused *APIError
		if errors.As(err, &refused) && !errors.Is(err, ErrUnavailable) {
			return err
		}
		loss = lossOf(err)
		if slices.Contains(forGood, loss.code) {
			return &SessionClosedError{loss.code, loss.reason}
		}
	}
	return fmt.Errorf("%w: no session with the server: %w", ErrNoAnswer, loss)
}

// connect opens a websocket, and says again what the server does not know.
func (s *Session) connect(ctx context.Context) error {
	path := fmt.Sprintf("/v1/clusters/%s/session", s.cluster)
	terms := &transport.Request{Operation: "openSession", Method: http.MethodGet, Path: path}
	if err := s.client.Call(ctx, terms, nil); err != nil { // tells what is wrong, and renews the token
		return err
	}
	token, err := s.client.auth.token(ctx, "")
	if err != nil {
		return err
	}
	address := "ws" + strings.TrimPrefix(s.client.url, "http") + path
	options := &websocket.DialOptions{
		HTTPClient: s.client.web, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
		Subprotocols: []string{"hanami.v1"}, CompressionMode: websocket.CompressionDisabled,
	}
	connection, _, err := websocket.Dial(ctx, address, options)
	if err != nil {
		return err
	}
	connection.SetReadLimit(-1)
	s.connection = connection
	order := s.describe(map[string]any{"type": "open", "received": s.received})
	if s.id != nil {
		order["session_id"] = s.id
	}
	if err := connection.Write(ctx, websocket.MessageText, asJSON(order)); err != nil {
		return err
	}
	_, heard, err := connection.Read(ctx)
	if err != nil {
		return err
	}
	opened := api.SessionOpened{}
	if err := json.Unmarshal(heard, &opened); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	for _, message := range s.reopened(opened) {
		if err := connection.Write(ctx, message.kind, message.data); err != nil {
			return err
		}
	}
	return nil
}

// reopened takes note of where the server stands, and gives what has to be said again.
func (s *Session) reopened(opened api.SessionOpened) []message {
	s.id, s.window, s.mostKept = &opened.SessionId, int(opened.Window), int(opened.KeptRequests)
	s.parts, s.complaint = opened.Shape.Answers, nil
	s.nowDurable(uint64(opened.Durable))
	taken, forgotten := uint64(opened.Sequence), uint64(opened.Forgotten)
	var again, anew []*said
	for _, one := range s.unsafe {
		if one.sequence > taken {
			again = append(again, one)
		}
	}
	for _, sequence := range slices.Clone(s.order) {
		one := s.unanswered[sequence]
		switch {
		case sequence > taken:
			again = append(again, one)
		case sequence <= forgotten && one.kind != Request:
			s.answered(sequence, lost(sequence), nil, true)
		case sequence <= forgotten:
			s.forget(sequence)
			anew = append(anew, one)
		}
	}
	s.received = max(s.received, forgotten)
	slices.SortFunc(again, func(a, b *said) int { return cmp.Compare(a.sequence, b.sequence) })
	for _, one := range anew {
		s.number(one)
	}
	var messages []message
	for _, one := range append(again, anew...) {
		messages = append(messages, s.messages(one)...)
	}
	return messages
}

func asJSON(value any) []byte {
	content, err := json.Marshal(value)
	if err != nil {
		panic(err) // nothing of ours cannot be written
	}
	return content
}
