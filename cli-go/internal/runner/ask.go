package runner

import (
	"bufio"
	"fmt"
	"strings"
)

// askSecret stands for a secret that nobody gave.
const askSecret = "\x00"

// confirm asks before something is gone.
func (r *Runner) confirm(call *Call) error {
	if !call.Operation.Deletes() || r.Settings.Yes {
		return nil
	}
	if !r.Streams.CanAsk() {
		return Usage(call.Command, "this deletes, and nobody can be asked: --yes says that it is meant")
	}
	_, _ = fmt.Fprintf(r.Streams.Err, "%s %s: sure? [y/N] ", call.Command, strings.Join(call.Arguments, " "))
	line, err := bufio.NewReader(r.Streams.In).ReadString('\n')
	if said := strings.ToLower(strings.TrimSpace(line)); err == nil && (said == "y" || said == "yes") {
		return nil
	}
	return ErrDeclined
}

// secret gives what was typed, or what is asked for without an echo; `-` reads a line of standard input.
func (r *Runner) secret(name, text string) (string, error) {
	switch text {
	case askSecret:
		return r.Streams.AskSecret(name)
	case "-":
		return r.Streams.Line()
	}
	return text, nil
}
