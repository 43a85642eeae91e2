// Package output shows answers, failures and progress, to people and to programs.
package output

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Streams are where a command reads and writes, and what is there at the other end.
type Streams struct {
	In            io.Reader
	Out           io.Writer
	Err           io.Writer
	InIsTerminal  bool
	OutIsTerminal bool
	ErrIsTerminal bool
	Color         bool // of what goes to Out
	ErrColor      bool
}

// System gives the streams of the process. NO_COLOR and a dumb terminal get no colors.
func System() Streams {
	is := func(file *os.File) bool { return term.IsTerminal(int(file.Fd())) } // #nosec G115 -- a descriptor
	colors := os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InIsTerminal: is(os.Stdin), OutIsTerminal: is(os.Stdout), ErrIsTerminal: is(os.Stderr),
		Color: colors && is(os.Stdout), ErrColor: colors && is(os.Stderr),
	}
}

// CanAsk says whether there is somebody to ask.
func (s Streams) CanAsk() bool { return s.InIsTerminal }

// Clear empties a screen.
func (s Streams) Clear() {
	if s.OutIsTerminal {
		_, _ = io.WriteString(s.Out, "\x1b[H\x1b[2J")
	}
}

// Line reads one line of the input.
func (s Streams) Line() (string, error) {
	line, err := bufio.NewReader(s.In).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if err != nil && (!errors.Is(err, io.EOF) || line == "") {
		return "", fmt.Errorf("expected a line of standard input: %w", err)
	}
	return line, nil
}

// AskSecret asks for something that nobody shall see.
func (s Streams) AskSecret(name string) (string, error) {
	file, ok := s.In.(*os.File)
	if !ok || !s.CanAsk() {
		return "", fmt.Errorf("nobody can be asked for it: - reads it from standard input")
	}
	_, _ = fmt.Fprintf(s.Err, "%s: ", name)
	typed, err := term.ReadPassword(int(file.Fd())) // #nosec G115 -- a descriptor
	_, _ = fmt.Fprintln(s.Err)
	return string(typed), err
}
