package hanami

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"hanami.dev/sdk/go/generated/api"
	"hanami.dev/sdk/go/transport"
)

// authorizer gives the token that goes with a request; another one than the one that was refused.
type authorizer interface {
	token(ctx context.Context, refused string) (string, error)
	renews() bool
}

func authorizerOf(client *Client, config Config) authorizer {
	if config.Anonymous {
		return nobody{}
	}
	if config.Token != "" {
		return fixedToken(config.Token)
	}
	if config.DeviceKey != "" {
		return fixedToken(config.DeviceKey)
	}
	credentials := api.TokenCreate{UserId: config.User, Password: config.Password}
	if config.Project != "" {
		credentials.ProjectId.Set(config.Project)
	}
	return &login{client: client, credentials: credentials, busy: make(chan struct{}, 1)}
}

// nobody has no token.
type nobody struct{}

func (nobody) token(context.Context, string) (string, error) { return "", nil }

func (nobody) renews() bool { return false }

// fixedToken is a token from elsewhere, or the key of a device; when it ends, requests fail.
type fixedToken string

func (t fixedToken) token(context.Context, string) (string, error) { return string(t), nil }

func (t fixedToken) renews() bool { return false }

// login has credentials; a token is fetched with them at first use, shortly before it ends, and when it is refused.
type login struct {
	client      *Client
	credentials api.TokenCreate
	busy        chan struct{} // of many goroutines, one logs in and the others use its token
	lock        sync.Mutex
	current     string
	renewAt     time.Time
}

const longestMargin = time.Minute

func (l *login) renews() bool { return true }

func (l *login) token(ctx context.Context, refused string) (string, error) {
	if token, good := l.known(refused); good {
		return token, nil
	}
	select {
	case l.busy <- struct{}{}:
		defer func() { <-l.busy }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if token, good := l.known(refused); good {
		return token, nil
	}
	return l.fetch(ctx)
}

func (l *login) known(refused string) (string, bool) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.current, time.Now().Before(l.renewAt) && l.current != refused
}

func (l *login) fetch(ctx context.Context) (string, error) {
	wish := &transport.Request{Operation: "createToken", Method: http.MethodPost, Path: "/v1/tokens", JSON: l.credentials}
	request, err := build(ctx, l.client.url, wish)
	if err != nil {
		return "", err
	}
	response, err := l.client.send(request)
	if err != nil {
		return "", err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return "", errorOf(response)
	}
	defer func() { _ = response.Body.Close() }()
	access := api.AccessToken{}
	if err := json.NewDecoder(response.Body).Decode(&access); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	l.current = access.Token
	l.renewAt = access.ExpiresAt.Add(-min(longestMargin, time.Until(access.ExpiresAt)/10))
	return l.current, nil
}
