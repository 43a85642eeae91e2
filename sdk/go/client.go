package hanami

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"hanami.dev/sdk/go/generated/api"
	"hanami.dev/sdk/go/transport"
)

// Client is a connection to a Hanami server; goroutines may share it.
type Client struct {
	api.API
	Checkpoints Checkpoints
	Clusters    Clusters
	Datasets    Datasets
	Sessions    Sessions
	Tasks       Tasks
	Uploads     Uploads

	url    string
	auth   authorizer
	web    *http.Client
	policy retryPolicy
}

// Option changes how a client works.
type Option func(*Client)

// WithHTTPClient lets requests go through another HTTP client; its timeout counts for all of a call, streams too.
func WithHTTPClient(web *http.Client) Option { return func(c *Client) { c.web = web } }

// WithTimeout sets how long the server may take to begin an answer; a minute where it is not said.
func WithTimeout(timeout time.Duration) Option { return func(c *Client) { c.policy.timeout = timeout } }

// WithRetries sets how often a request is sent again that failed without doing anything, or may be done twice: 2 at first.
func WithRetries(retries int) Option { return func(c *Client) { c.policy.retries = retries } }

// IfVersion lets an update or a removal happen only if the resource still has that version.
func IfVersion(version int64) transport.Option { return transport.IfVersion(version) }

// IdempotencyKey names a creation, which is done once however often it is asked for.
func IdempotencyKey(key string) transport.Option { return transport.IdempotencyKey(key) }

// New makes a client; [ErrConfiguration] where there is no address, or nothing to log in with.
func New(config Config, options ...Option) (*Client, error) {
	config, err := config.complete()
	if err != nil {
		return nil, err
	}
	client := &Client{url: config.URL, web: &http.Client{}, policy: retryPolicy{retries: 2, timeout: time.Minute}}
	for _, option := range options {
		option(client)
	}
	client.auth = authorizerOf(client, config)
	client.API = api.New(client)
	client.Checkpoints = Checkpoints{client.API.Checkpoints, client}
	client.Clusters = Clusters{client.API.Clusters, client}
	client.Datasets = Datasets{client.API.Datasets, client}
	client.Sessions = Sessions{client.API.Sessions, client}
	client.Tasks = Tasks{client.API.Tasks, client}
	client.Uploads = Uploads{client.API.Uploads, client}
	return client, nil
}

// URL is the address of the server.
func (c *Client) URL() string { return c.url }

// Call sends a request and reads the answer into out.
func (c *Client) Call(ctx context.Context, request *transport.Request, out any, options ...transport.Option) error {
	response, err := c.Open(ctx, request, options...)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(content, out); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return nil
}

// Open sends a request and leaves the body of the answer to be read and closed.
func (c *Client) Open(ctx context.Context, request *transport.Request, options ...transport.Option) (*http.Response, error) {
	for _, option := range options {
		option(request)
	}
	built, err := build(ctx, c.url, request)
	if err != nil {
		return nil, err
	}
	refused := ""
	for {
		token, err := c.auth.token(ctx, refused)
		if err != nil {
			return nil, err
		}
		if token != "" {
			built.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := c.send(built)
		if err != nil {
			return nil, err
		}
		if response.StatusCode < http.StatusBadRequest {
			return response, nil
		}
		err = errorOf(response)
		if refused != "" || !errors.Is(err, ErrUnauthorized) || !c.auth.renews() || !canRepeat(built) {
			return nil, err
		}
		refused = token
		if err := rewind(built); err != nil {
			return nil, err
		}
	}
}
