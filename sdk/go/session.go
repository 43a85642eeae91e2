package hanami

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"hanami.dev/sdk/go/generated/api"
)

// Resend is what a session does after a lost connection.
type Resend struct {
	Attempts int // how often it tries to connect again, 0.1 to 5 seconds apart; below 0 for never, 20 where it is 0
	Bytes    int // most memory for samples that the server may not have kept yet; 64 MiB where it is 0
}

// Session is a conversation with one network, used by one goroutine at a time.
//
// A connection that is lost comes back by itself: what the server may not have kept is said again, and every sample is
// learned exactly once. What the server refuses is an [APIError]; the session goes on then.
type Session struct {
	client      *Client
	cluster     uuid.UUID
	resend      Resend
	connection  *websocket.Conn
	id          *uuid.UUID
	durable     uint64
	received    uint64
	next        uint64
	nextRequest uint32
	window      int
	mostKept    int
	unanswered  map[uint64]*said
	order       []uint64 // of what is not answered
	unsafe      []*said  // learned and answered, but maybe not kept yet
	unsafeBytes int
	kept        map[uint32]keptInputs // of requests whose truth will come
	keptOrder   []uint32
	inputs      []layoutPart
	targets     []layoutPart
	parts       []api.AnswerPart
	complaint   error
	again       []*said // what has to be said anew, for the server forgot what it stood on
	saves       int
}

type keptInputs struct {
	inputs *block
	dtype  uint8
}

// said is one frame, or order to rest, from when it is said until it is kept.
type said struct {
	sequence uint64
	kind     Kind // 0 is an order to rest
	request  uint32
	dtype    uint8
	inputs   *block
	targets  *block
	answer   *Answer
	err      error
	done     bool
}

// Session opens a direct session with a network. Close ends it.
func (c *Client) Session(ctx context.Context, cluster uuid.UUID, resend Resend) (*Session, error) {
	if resend.Attempts == 0 {
		resend.Attempts = 20
	}
	if resend.Bytes == 0 {
		resend.Bytes = 64 << 20
	}
	session := &Session{
		client: c, cluster: cluster, resend: resend, next: 1, nextRequest: 1,
		unanswered: map[uint64]*said{}, kept: map[uint32]keptInputs{}, window: 1,
	}
	if err := session.recover(ctx, nil); err != nil {
		return nil, err
	}
	return session, nil
}

// ID names the session.
func (s *Session) ID() uuid.UUID { return *s.id }

// Request asks about samples.
func (s *Session) Request(ctx context.Context, x Sample) (*Answer, error) {
	return s.call(ctx, Request, &x, nil, 0)
}

// RequestForTruth asks about samples whose truth will come: RequestID of the answer names them for Truth.
func (s *Session) RequestForTruth(ctx context.Context, x Sample) (*Answer, error) {
	s.nextRequest++
	return s.call(ctx, Request, &x, nil, s.nextRequest-1)
}

// Learn lets the network learn samples, one after the other.
func (s *Session) Learn(ctx context.Context, x, y Sample) (*Answer, error) {
	return s.call(ctx, Learn, &x, &y, 0)
}

// LearnAndAnswer lets it learn samples, and tells what it said to each before it was told the truth.
func (s *Session) LearnAndAnswer(ctx context.Context, x, y Sample) (*Answer, error) {
	return s.call(ctx, LearnAndAnswer, &x, &y, 0)
}

// Truth lets it learn what should have been answered to an earlier request.
func (s *Session) Truth(ctx context.Context, request uint32, y Sample) (*Answer, error) {
	return s.call(ctx, truth, nil, &y, request)
}

// Rest lets all echoes of earlier samples fade, where the template spikes.
func (s *Session) Rest(ctx context.Context) error {
	order := &said{}
	if err := s.say(ctx, order); err != nil {
		return err
	}
	_, err := s.await(ctx, order)
	return err
}

// Save waits until the server has kept all that was learned.
func (s *Session) Save(ctx context.Context) error {
	wanted := s.saves + 1
	if err := s.write(ctx, websocket.MessageText, saveOrder); err != nil {
		return err
	}
	for s.saves < wanted {
		if err := s.listen(ctx); err != nil {
			return err
		}
	}
	return nil
}

// SendMany sends samples ahead of their answers, as far as the server allows, and yields the answers in their order. For
// [Request], the second of each pair does not count. A sample that is refused is an error that does not end the others.
func (s *Session) SendMany(ctx context.Context, kind Kind, samples iter.Seq2[Sample, Sample]) iter.Seq2[*Answer, error] {
	return func(yield func(*Answer, error) bool) {
		var waiting []*said
		emit := func() bool {
			first := waiting[0]
			waiting = waiting[1:]
			answer, err := s.await(ctx, first)
			var refused *APIError
			return yield(answer, err) && (err == nil || errors.As(err, &refused))
		}
		for x, y := range samples {
			frame, err := s.frame(kind, &x, &y, 0)
			if err == nil {
				err = s.say(ctx, frame)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			waiting = append(waiting, frame)
			for len(waiting) > 0 && (waiting[0].done || len(s.unanswered) >= s.window) {
				if !emit() {
					return
				}
			}
		}
		for len(waiting) > 0 {
			if !emit() {
				return
			}
		}
	}
}

// Close ends the session for good; what was learned stays.
func (s *Session) Close(ctx context.Context) error {
	if s.connection == nil {
		return nil
	}
	if err := s.connection.Write(ctx, websocket.MessageText, closeOrder); err == nil {
		for err == nil {
			_, err = s.read(ctx)
		}
	}
	_ = s.connection.CloseNow()
	s.connection = nil
	return ctx.Err()
}

func (s *Session) call(ctx context.Context, kind Kind, x, y *Sample, request uint32) (*Answer, error) {
	frame, err := s.frame(kind, x, y, request)
	if err != nil {
		return nil, err
	}
	if err := s.say(ctx, frame); err != nil {
		return nil, err
	}
	return s.await(ctx, frame)
}

// frame makes what is going to be said.
func (s *Session) frame(kind Kind, x, y *Sample, request uint32) (*said, error) {
	made := &said{kind: kind, request: request, dtype: noDtype}
	rows := 0
	if kind == truth {
		kept, ok := s.kept[request]
		if !ok {
			return nil, fmt.Errorf("no request %d waits for its truth", request)
		}
		rows = kept.inputs.rows
	} else {
		var err error
		if made.inputs, made.dtype, err = x.inputs(); err != nil {
			return nil, err
		}
		rows = made.inputs.rows
	}
	if kind != Request {
		var err error
		if made.targets, err = y.targets(rows); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// await waits until something that was said is answered.
func (s *Session) await(ctx context.Context, one *said) (*Answer, error) {
	for !one.done {
		if err := s.listen(ctx); err != nil {
			return nil, err
		}
	}
	if s.unsafeBytes > s.resend.Bytes { // else much would have to be said again
		if err := s.Save(ctx); err != nil {
			return nil, err
		}
	}
	return one.answer, one.err
}

func (s *Session) say(ctx context.Context, one *said) error {
	s.number(one)
	if one.kind == Request && one.request != 0 {
		s.kept[one.request] = keptInputs{one.inputs, one.dtype}
		s.keptOrder = append(s.keptOrder, one.request)
		for len(s.keptOrder) > max(s.mostKept, 1) {
			delete(s.kept, s.keptOrder[0])
			s.keptOrder = s.keptOrder[1:]
		}
	}
	for _, message := range s.messages(one) {
		if err := s.write(ctx, message.kind, message.data); err != nil {
			return err
		}
	}
	return nil
}

// number gives it the next number.
func (s *Session) number(one *said) {
	one.sequence = s.next
	s.next++
	s.unanswered[one.sequence] = one
	s.order = append(s.order, one.sequence)
}

// size is how many bytes it takes to remember it.
func (one *said) size() int {
	total := 0
	for _, part := range []*block{one.inputs, one.targets} {
		if part != nil {
			total += len(part.data)
		}
	}
	return total
}

func (s *Session) forget(sequence uint64) {
	delete(s.unanswered, sequence)
	s.order = slices.DeleteFunc(s.order, func(one uint64) bool { return one == sequence })
}
