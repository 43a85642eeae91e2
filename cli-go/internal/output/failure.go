package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/generated/api"
)

// failure is an error as programs read it.
type failure struct {
	Kind      string             `json:"kind"`
	Status    int64              `json:"status,omitempty"`
	Title     string             `json:"title,omitempty"`
	Detail    string             `json:"detail"`
	Errors    []api.FieldProblem `json:"errors"`
	RequestID string             `json:"request_id,omitempty"`
	Code      int                `json:"code,omitempty"`
}

func failureOf(err error) failure {
	told := failure{Kind: hanami.KindOf(err), Detail: err.Error(), Errors: []api.FieldProblem{}}
	if told.Kind == "" {
		told.Kind = "command"
	}
	var closed *hanami.SessionClosedError
	if errors.As(err, &closed) {
		told.Code = closed.Code
	}
	var refused *hanami.APIError
	if errors.As(err, &refused) {
		told.Status, told.Title, told.Detail = refused.Status, refused.Title, refused.Detail
		told.RequestID = refused.RequestId
		told.Errors = append(told.Errors, refused.Errors...)
	}
	return told
}

// FailureLine is an error as a line of JSON.
func FailureLine(err error) []byte {
	made, _ := json.Marshal(failureOf(err)) // texts and numbers only
	return made
}

// Fail tells an error: in words, or as JSON where that was wanted of answers.
func Fail(streams Streams, format Format, err error) {
	if format == JSON || format == YAML {
		_, _ = fmt.Fprintf(streams.Err, "%s\n", FailureLine(err))
		return
	}
	label := "error:"
	if streams.ErrColor {
		label = "\x1b[31merror:\x1b[0m"
	}
	_, _ = fmt.Fprintln(streams.Err, label, explained(err))
}

func explained(err error) string {
	var refused *hanami.APIError
	if !errors.As(err, &refused) {
		return err.Error()
	}
	told := []string{fmt.Sprintf("%s (%d): %s", refused.Title, refused.Status, refused.Detail)}
	for _, fault := range refused.Errors {
		told = append(told, fmt.Sprintf("  --%s: %s", strings.NewReplacer("_", "-", ".", "-").Replace(fault.Field), fault.Message))
	}
	if refused.RequestId != "" {
		told = append(told, "  request "+refused.RequestId)
	}
	return strings.Join(told, "\n")
}
