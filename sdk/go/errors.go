package hanami

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"hanami.dev/sdk/go/generated/api"
)

// Kinds of failures that the server answers with; errors.Is tells them apart:
//
//	if errors.Is(err, hanami.ErrNotFound) { … }
var (
	ErrBadRequest           = errors.New("bad request")
	ErrUnauthorized         = errors.New("unauthorized")
	ErrForbidden            = errors.New("forbidden")
	ErrNotFound             = errors.New("not found")
	ErrMethodNotAllowed     = errors.New("method not allowed")
	ErrConflict             = errors.New("conflict")
	ErrPreconditionFailed   = errors.New("precondition failed")
	ErrContentTooLarge      = errors.New("content too large")
	ErrUnsupportedMediaType = errors.New("unsupported media type")
	ErrRangeNotSatisfiable  = errors.New("range not satisfiable")
	ErrValidationFailed     = errors.New("validation failed")
	ErrTooManyRequests      = errors.New("too many requests")
	ErrInternal             = errors.New("internal error")
	ErrUnavailable          = errors.New("unavailable")

	// ErrConfiguration is an address that is missing, or nothing to log in with.
	ErrConfiguration = errors.New("configuration")
	// ErrNoAnswer is a server that was not reached, or an answer that broke off.
	ErrNoAnswer = errors.New("no answer from the server")
	// ErrTaskFailed and ErrTaskCancelled are tasks that were waited for and did not finish.
	ErrTaskFailed    = errors.New("task failed")
	ErrTaskCancelled = errors.New("task was cancelled")
)

var byStatus = map[int]error{
	http.StatusBadRequest:                   ErrBadRequest,
	http.StatusUnauthorized:                 ErrUnauthorized,
	http.StatusForbidden:                    ErrForbidden,
	http.StatusNotFound:                     ErrNotFound,
	http.StatusMethodNotAllowed:             ErrMethodNotAllowed,
	http.StatusConflict:                     ErrConflict,
	http.StatusPreconditionFailed:           ErrPreconditionFailed,
	http.StatusRequestEntityTooLarge:        ErrContentTooLarge,
	http.StatusUnsupportedMediaType:         ErrUnsupportedMediaType,
	http.StatusRequestedRangeNotSatisfiable: ErrRangeNotSatisfiable,
	http.StatusUnprocessableEntity:          ErrValidationFailed,
	http.StatusTooManyRequests:              ErrTooManyRequests,
	http.StatusInternalServerError:          ErrInternal,
	http.StatusServiceUnavailable:           ErrUnavailable,
}

var kinds = map[string]error{
	"bad-request": ErrBadRequest, "unauthorized": ErrUnauthorized, "forbidden": ErrForbidden, "not-found": ErrNotFound,
	"method-not-allowed": ErrMethodNotAllowed, "conflict": ErrConflict, "precondition-failed": ErrPreconditionFailed,
	"content-too-large": ErrContentTooLarge, "unsupported-media-type": ErrUnsupportedMediaType,
	"range-not-satisfiable": ErrRangeNotSatisfiable, "validation-failed": ErrValidationFailed,
	"too-many-requests": ErrTooManyRequests, "internal": ErrInternal, "unavailable": ErrUnavailable,
	"configuration": ErrConfiguration, "no-answer": ErrNoAnswer, "task-failed": ErrTaskFailed, "task-cancelled": ErrTaskCancelled,
}

// KindOf names the kind of an error, as in "not-found"; "session-closed" for the end of a session, "api" for a status that
// has no name, and nothing for an error that is not this package's.
func KindOf(err error) string {
	var closed *SessionClosedError
	if errors.As(err, &closed) {
		return "session-closed"
	}
	for name, kind := range kinds {
		if errors.Is(err, kind) {
			return name
		}
	}
	var refused *APIError
	if errors.As(err, &refused) {
		return "api"
	}
	return ""
}

// APIError is a problem that the server answered with. Its fields are those of RFC 9457, the fields at fault, and the id
// that finds the request in the log of the server.
type APIError struct {
	api.Problem
}

// Error tells what happened, and which fields are at fault.
func (e *APIError) Error() string {
	told := fmt.Sprintf("%d %s: %s", e.Status, e.Title, e.Detail)
	for _, fault := range e.Errors {
		told += fmt.Sprintf("; %s: %s", fault.Field, fault.Message)
	}
	return told
}

// Is says whether the problem is of that kind.
func (e *APIError) Is(target error) bool {
	return byStatus[int(e.Status)] == target
}

// SessionClosedError is the end of a direct session, where there is no use in trying again.
type SessionClosedError struct {
	Code   int
	Reason string
}

// Error tells why the session was closed.
func (e *SessionClosedError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the session was closed: %d %s", e.Code, e.Reason))
}

// errorOf makes the error that belongs to an answer, whose body it reads and closes.
func errorOf(response *http.Response) error {
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	problem := api.Problem{}
	if err := json.Unmarshal(content, &problem); err != nil || problem.Status == 0 { // from a proxy, say
		told := string(content[:min(len(content), 200)])
		problem = api.Problem{Type: "about:blank", Title: reason(response), Detail: told}
	}
	problem.Status = int64(response.StatusCode)
	return &APIError{problem}
}

// reason gives the words beside a status.
func reason(response *http.Response) string {
	return strings.TrimSpace(strings.TrimPrefix(response.Status, strconv.Itoa(response.StatusCode)))
}

// errorOfKind makes the error that belongs to what a session was told.
func errorOfKind(fault api.SessionFault) error {
	words := strings.ReplaceAll(fault.Kind, "-", " ")
	title := strings.ToUpper(words[:min(1, len(words))]) + words[min(1, len(words)):]
	problem := api.Problem{Type: "/docs#" + fault.Kind, Title: title, Detail: fault.Detail, Errors: fault.Errors}
	for status, kind := range byStatus {
		if kind.Error() == words {
			problem.Status = int64(status)
		}
	}
	return &APIError{problem}
}
