// Package cli puts hanamictl together: what is generated, and the few commands that no operation stands for.
package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	hanami "hanami.dev/sdk/go"

	"hanami.dev/cli/generated/commands"
	"hanami.dev/cli/internal/command"
	"hanami.dev/cli/internal/output"
	"hanami.dev/cli/internal/runner"
)

// Exit codes.
const (
	Done      = 0
	Failed    = 1
	Cancelled = 2
	LoggedOut = 4
	Pending   = 8
)

const about = `hanamictl speaks to a Hanami server: networks that grow while they learn.

Log in once, and every command knows where and who:

  hanamictl login https://hanami.example --user ada

HANAMI_URL, HANAMI_USER, HANAMI_PASSWORD, HANAMI_TOKEN and HANAMI_DEVICE_KEY count more than a profile. Things that have
names can be called by them instead of by their ids. What is wanted as a file can be given as @path.

Exit codes: 0 done, 1 failed, 2 cancelled, 4 not logged in, 8 still running.`

// New gives the command that has all others, and what flags will say of all of them.
func New(streams output.Streams) (*cobra.Command, *runner.Settings) {
	settings := &runner.Settings{Format: output.Table, Progress: "auto"}
	does := &runner.Runner{Settings: settings, Streams: streams, Groups: commands.Groups}
	root := &cobra.Command{
		Use: "hanamictl", Short: "Networks that grow while they learn, from a terminal", Long: about,
		SilenceErrors: true, SilenceUsage: true, Version: version(),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			told := fmt.Sprintf("there is no command %q", args[0])
			if meant := cmd.SuggestionsFor(args[0]); len(meant) > 0 {
				told += "; did you mean " + strings.Join(meant, " or ") + "?"
			}
			return runner.Usage("hanamictl", "%s", told)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = command.Mistyped
	wrapHelp(root, streams)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetIn(streams.In)
	root.AddGroup(
		&cobra.Group{ID: command.Resources, Title: "What there is on the server:"},
		&cobra.Group{ID: own, Title: "More:"},
	)
	root.SetHelpCommandGroupID(own)
	root.SetCompletionCommandGroupID(own)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return runner.Usage(cmd.CommandPath(), "%v", err) })
	addSettings(root, settings)
	root.AddCommand(login(does), logout(does), profiles(does), session(does))
	command.Add(root, commands.Groups, commands.Operations, does)
	return root, settings
}

const own = "own"

func addSettings(root *cobra.Command, settings *runner.Settings) {
	flags := root.PersistentFlags()
	flags.VarP(&settings.Format, "output", "o", "How answers are shown.")
	flags.StringVar(&settings.JQ, "jq", "", "Show what this program of jq makes of the answer.")
	flags.StringVar(&settings.Profile, "profile", "", "The profile to use instead of the current one.")
	flags.StringVar(&settings.URL, "url", "", "The address of the server.")
	flags.StringVar(&settings.Progress, "progress", "auto", "How far long work is: "+strings.Join(output.Progresses, ", ")+".")
	flags.BoolVar(&settings.DryRun, "dry-run", false, "Show the request, also as a line for curl, and send nothing.")
	flags.BoolVar(&settings.Debug, "debug", false, "Tell every request and answer, without secrets.")
	flags.BoolVarP(&settings.Yes, "yes", "y", false, "Do not ask before something is deleted.")
	for name, values := range map[string][]string{"output": output.Formats, "progress": output.Progresses} {
		_ = root.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // they are there
	}
}

// Exit tells an error and gives the code for it.
func Exit(streams output.Streams, settings *runner.Settings, err error) int {
	if err == nil {
		return Done
	}
	if errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(streams.Err, "cancelled")
		return Cancelled
	}
	output.Fail(streams, settings.Format, err)
	switch {
	case errors.Is(err, runner.ErrDeclined):
		return Cancelled
	case errors.Is(err, runner.ErrPending):
		return Pending
	case errors.Is(err, hanami.ErrUnauthorized), errors.Is(err, hanami.ErrConfiguration):
		if settings.Format != output.JSON && settings.Format != output.YAML {
			_, _ = fmt.Fprintln(streams.Err, "`hanamictl login <address> --user <name>` logs in")
		}
		return LoggedOut
	}
	return Failed
}
