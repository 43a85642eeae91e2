package output

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Bar tells how far something is: a bar on a terminal, nothing else, or lines of JSON where a program wants to know.
type Bar struct {
	streams Streams
	name    string
	kind    string
	bytes   bool
	bar     *progressbar.ProgressBar
	total   int64
}

// Progresses are what --progress takes.
var Progresses = []string{"auto", "bar", "json", "none"}

// NewBar makes a bar; of bytes, or of samples.
func NewBar(streams Streams, kind, name string, bytes bool) *Bar {
	if kind == "auto" {
		kind = "none"
		if streams.ErrIsTerminal {
			kind = "bar"
		}
	}
	return &Bar{streams: streams, name: name, kind: kind, bytes: bytes}
}

// Describe says more, as in `train, 90000 samples/s`.
func (b *Bar) Describe(more string) {
	if b.bar != nil {
		b.bar.Describe(b.name + ", " + more)
	}
}

// Set says how far it is; a total of 0 is one that is not known.
func (b *Bar) Set(done, total int64) {
	switch b.kind {
	case "json":
		said, _ := json.Marshal(map[string]any{"name": b.name, "done": done, "total": total})
		_, _ = fmt.Fprintf(b.streams.Err, "%s\n", said)
	case "bar":
		if b.bar == nil || b.total != total {
			b.bar, b.total = b.make(total), total
		}
		_ = b.bar.Set64(done)
	}
}

func (b *Bar) make(total int64) *progressbar.ProgressBar {
	if total == 0 {
		total = -1
	}
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(b.streams.Err), progressbar.OptionSetDescription(b.name),
		progressbar.OptionShowBytes(b.bytes), progressbar.OptionShowCount(), progressbar.OptionThrottle(65*time.Millisecond),
		progressbar.OptionUseANSICodes(os.Getenv("TERM") != "dumb"), progressbar.OptionSetWidth(30),
	)
}

// End leaves the bar as it is, where all went well complete.
func (b *Bar) End(well bool) {
	if b.bar == nil {
		return
	}
	if well {
		_ = b.bar.Finish()
	} else {
		_ = b.bar.Exit()
	}
	_, _ = fmt.Fprintln(b.streams.Err)
}
