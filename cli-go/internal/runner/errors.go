package runner

import (
	"errors"
	"fmt"
)

var (
	// ErrPending is a task that was waited for long enough, and has not ended.
	ErrPending = errors.New("the task has not ended yet")
	// ErrDeclined is a question that was not answered with yes.
	ErrDeclined = errors.New("nothing was done")
)

// UsageError is a command that was not typed as it should be.
type UsageError struct {
	Command string
	Told    string
}

// Error says what is wrong, and where it is written how it should be.
func (e *UsageError) Error() string {
	return fmt.Sprintf("%s\nsee `%s --help`", e.Told, e.Command)
}

// Usage makes an error of a command that was not typed as it should be.
func Usage(command, format string, parts ...any) error {
	return &UsageError{command, fmt.Sprintf(format, parts...)}
}
