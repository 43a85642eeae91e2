package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"hanami.dev/cli/internal/output"
)

const (
	usualWidth    = 100
	narrowest     = 60
	longestInHelp = 120
)

// wrapHelp lets help have lines that fit the terminal.
func wrapHelp(root *cobra.Command, streams output.Streams) {
	width := usualWidth
	if file, ok := streams.Out.(*os.File); ok && streams.OutIsTerminal {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil { // #nosec G115 -- a descriptor
			width = min(max(columns, narrowest), longestInHelp)
		}
	}
	cobra.AddTemplateFunc("wrapped", func(flags *pflag.FlagSet) string { return flags.FlagUsagesWrapped(width) })
	cobra.AddTemplateFunc("folded", func(text string) string { return folded(text, width) })
	root.SetUsageTemplate(strings.NewReplacer(
		".LocalFlags.FlagUsages", ".LocalFlags | wrapped", ".InheritedFlags.FlagUsages", ".InheritedFlags | wrapped",
	).Replace(root.UsageTemplate()))
	root.SetHelpTemplate(strings.Replace(root.HelpTemplate(), "trimTrailingWhitespaces}}", "trimTrailingWhitespaces | folded}}", 1))
}

// folded breaks long lines between words; lines that begin with a space are left as they are.
func folded(text string, width int) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, " ") || len(line) <= width {
			lines = append(lines, line)
			continue
		}
		row := ""
		for word := range strings.FieldsSeq(line) {
			if row != "" && len(row)+1+len(word) > width {
				lines, row = append(lines, row), ""
			}
			row = strings.TrimPrefix(row+" "+word, " ")
		}
		lines = append(lines, row)
	}
	return strings.Join(lines, "\n")
}
