// Package transport is what generated operations and the client behind them have in common.
package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"github.com/oapi-codegen/nullable"
)

// Request is a call of one operation.
type Request struct {
	Operation string // its id in the contract
	Method    string
	Path      string
	Query     url.Values
	Header    http.Header
	JSON      any       // what becomes the body
	Body      io.Reader // or the body itself, sent once unless Again gives it anew
	Length    int64     // of Body; 0 where it is not known
	Again     func() (io.ReadCloser, error)
	Once      bool // obeys an idempotency key
}

// Caller sends requests. Whatever is not a success is an error.
type Caller interface {
	// Call sends a request and reads the answer into out, which may be nil.
	Call(ctx context.Context, request *Request, out any, options ...Option) error
	// Open sends a request and leaves the body of the answer to be read and closed.
	Open(ctx context.Context, request *Request, options ...Option) (*http.Response, error)
}

// Option changes a request before it is sent.
type Option func(*Request)

// IfVersion lets an update or a removal happen only if the resource still has that version.
func IfVersion(version int64) Option {
	return func(request *Request) { request.SetHeader("If-Match", strconv.Quote(strconv.FormatInt(version, 10))) }
}

// IdempotencyKey names a creation: whoever asks again with the same key gets the same answer, and nothing is done twice.
// Without it, every call has a key of its own.
func IdempotencyKey(key string) Option {
	return func(request *Request) { request.SetHeader("Idempotency-Key", key) }
}

// SetHeader sets a header of the request.
func (r *Request) SetHeader(name, value string) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
}

// Ask adds a parameter to the query: every element of a slice, what a pointer points to, nothing for nil.
func (r *Request) Ask(name string, value any) {
	at := reflect.ValueOf(value)
	for at.Kind() == reflect.Pointer {
		if at.IsNil() {
			return
		}
		at = at.Elem()
	}
	if at.Kind() == reflect.Slice {
		for i := range at.Len() {
			r.Ask(name, at.Index(i).Interface())
		}
		return
	}
	if r.Query == nil {
		r.Query = url.Values{}
	}
	if moment, ok := at.Interface().(time.Time); ok {
		r.Query.Add(name, moment.Format(time.RFC3339Nano))
		return
	}
	r.Query.Add(name, fmt.Sprint(at.Interface()))
}

// Segment writes a value as part of a path.
func Segment(value any) string {
	return url.PathEscape(fmt.Sprint(value))
}

// Text reads the body of an answer as text.
func Text(response *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(response.Body)
	return string(content), errors.Join(err, response.Body.Close())
}

// Every yields the items of all pages, each page fetched when it is needed; it ends after the first error.
func Every[Item any](fetch func(cursor string) ([]Item, nullable.Nullable[string], error)) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		cursor := ""
		for {
			items, next, err := fetch(cursor)
			if err != nil {
				var nothing Item
				yield(nothing, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next.IsNull() || !next.IsSpecified() {
				return
			}
			cursor = next.MustGet()
		}
	}
}
