package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	hanami "hanami.dev/sdk/go"

	"hanami.dev/cli/internal/output"
	"hanami.dev/cli/internal/runner"
)

const aboutSession = `Speak to a network directly: every line is a sample, learned or answered at once.

Lines are CSV: raw values, an empty cell for a reading that is missing. With --targets 1 the last cell is what the network
should have answered: it answers and learns; where that cell is empty, it only answers. The answer is a line of CSV: what the
network says, of classes their probabilities, and last how new the sample was to it.

With --lines json every line is an object, and so is every answer:

  {"do": "learn-and-answer", "x": [20.5, null, 3], "y": 1}    also learn, request, truth, rest, save
  {"do": "request", "x": {"left": [1], "right": [2, 3]}, "keep": true}
  {"do": "truth", "request": 2, "y": {"flow": [0.5]}}
  {"do": "learn", "x": [0, 128, 255], "dtype": "uint8", "y": 1}

A connection that is lost comes back by itself, and every sample is learned once.`

type sessionOptions struct {
	cluster string
	lines   string
	targets int
	header  bool
	learn   bool
}

func session(does *runner.Runner) *cobra.Command {
	options := sessionOptions{}
	cmd := &cobra.Command{
		Use: "session <cluster>", Short: "Samples in, answers out, line by line", Long: aboutSession, GroupID: own,
		Example: "  hanamictl session pump --targets 1 < readings.csv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return runner.Usage("hanamictl session", "<cluster> is missing, or there is more than that")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			options.cluster = args[0]
			return runSession(cmd.Context(), does, options)
		},
	}
	cmd.Flags().StringVar(&options.lines, "lines", "csv", "What a line is: csv or json.")
	cmd.Flags().IntVar(&options.targets, "targets", 0, "How many cells at the end of a line are what the network should answer.")
	cmd.Flags().BoolVar(&options.header, "header", false, "The first line names the columns.")
	cmd.Flags().BoolVar(&options.learn, "learn", false, "Only learn: no answers, but how new each sample was.")
	return cmd
}

// speaker speaks one kind of lines; gives what is written for a line.
type speaker interface {
	opened(id uuid.UUID) string
	say(ctx context.Context, to *hanami.Session, line []byte) (string, error)
	failed(err error) string
}

func runSession(ctx context.Context, does *runner.Runner, options sessionOptions) error {
	var speaks speaker
	switch {
	case options.lines == "json":
		speaks = &jsonLines{}
	case options.lines == "csv" && options.targets >= 0:
		speaks = &csvLines{targets: options.targets, header: options.header, learn: options.learn}
	default:
		return runner.Usage("hanamictl session", "--lines: expected csv or json; --targets: expected 0 or more")
	}
	client, err := does.Client(false)
	if err != nil {
		return err
	}
	id, err := does.Cluster(ctx, client, options.cluster)
	if err != nil {
		return err
	}
	open, err := client.Session(ctx, id, hanami.Resend{})
	if err != nil {
		return err
	}
	err = converse(ctx, does.Streams, open, speaks)
	return errors.Join(err, open.Close(context.WithoutCancel(ctx)))
}

func converse(ctx context.Context, streams output.Streams, open *hanami.Session, speaks speaker) error {
	lines, answers := make(chan []byte), bufio.NewWriter(streams.Out)
	defer func() { _ = answers.Flush() }()
	if told := speaks.opened(open.ID()); told != "" {
		_, _ = fmt.Fprintln(answers, told)
	}
	fault := make(chan error, 1)
	go func() { fault <- readLines(ctx, streams.In, lines) }()
	refused := 0
	for number := 1; ; number++ {
		if err := answers.Flush(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case line, more := <-lines:
			if !more {
				return ended(<-fault, refused)
			}
			told, err := speaks.say(ctx, open, line)
			if err != nil {
				told, refused = speaks.failed(err), refused+1
				_, _ = fmt.Fprintf(streams.Err, "line %d: %v\n", number, err)
				if !goesOn(err) {
					_, _ = fmt.Fprintln(answers, told)
					return err
				}
			}
			if told != skipped {
				_, _ = fmt.Fprintln(answers, told)
			}
		}
	}
}

// skipped is the answer to a line that is no sample.
const skipped = "\x00"

// goesOn says whether a session can be used after an error.
func goesOn(err error) bool {
	var closed *hanami.SessionClosedError
	return !errors.As(err, &closed) && !errors.Is(err, hanami.ErrNoAnswer) && !errors.Is(err, context.Canceled)
}

func ended(err error, refused int) error {
	if err == nil && refused > 0 {
		err = fmt.Errorf("%d lines were refused", refused)
	}
	return err
}

func readLines(ctx context.Context, from io.Reader, into chan<- []byte) error {
	defer close(into)
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			select {
			case into <- line:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
