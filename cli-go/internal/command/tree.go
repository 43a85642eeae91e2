// Package command makes the commands that people type out of operations.
package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"hanami.dev/cli/internal/operation"
	"hanami.dev/cli/internal/runner"
)

// Add gives a command a command for every operation, as in `clusters create`.
func Add(root *cobra.Command, groups []operation.Group, operations []operation.Operation, does *runner.Runner) {
	nouns := map[string]*cobra.Command{}
	for _, group := range groups {
		nouns[group.Name] = &cobra.Command{
			Use: group.Name, Short: strings.TrimSuffix(group.About, "."), GroupID: Resources, RunE: needsVerb,
			SuggestionsMinimumDistance: Mistyped,
		}
		if singular := strings.TrimSuffix(group.Name, "s"); !hasCommand(root, singular) {
			nouns[group.Name].Aliases = []string{singular}
		}
		root.AddCommand(nouns[group.Name])
	}
	for at := range operations {
		nouns[operations[at].Noun].AddCommand(build(&operations[at], does))
	}
}

func hasCommand(root *cobra.Command, name string) bool {
	return slices.ContainsFunc(root.Commands(), func(one *cobra.Command) bool { return one.Name() == name })
}

// Mistyped is how many letters may be wrong in a word that another one is suggested for.
const Mistyped = 2

// Resources is the part of the help that has what is generated.
const Resources = "resources"

// needsVerb is what a noun alone does: say which verbs there are, and fail where one was meant.
func needsVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	told := fmt.Sprintf("there is no %q", cmd.CommandPath()+" "+args[0])
	if meant := cmd.SuggestionsFor(args[0]); len(meant) > 0 {
		told += fmt.Sprintf("; did you mean %s?", strings.Join(meant, " or "))
	}
	return runner.Usage(cmd.CommandPath(), "%s", told)
}

func build(one *operation.Operation, does *runner.Runner) *cobra.Command {
	use := one.Verb
	for _, argument := range one.Arguments {
		use += " <" + argument.Shown + ">"
	}
	cmd := &cobra.Command{
		Use: use, Short: one.Summary, Long: one.Summary + "\n\n" + one.About, Example: "  " + one.Example,
		Args: arguments(one), ValidArgsFunction: completeArguments(one, does),
	}
	call := &runner.Call{Operation: one}
	query, fields := addFlags(cmd, one.Query), addFlags(cmd, one.Fields)
	addOwn(cmd, call)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		call.Command = cmd.CommandPath()
		call.Arguments = args
		call.Query = given(cmd, query)
		call.Fields = given(cmd, fields)
		return does.Run(cmd.Context(), call)
	}
	for _, flags := range [][]operation.Flag{one.Query, one.Fields} {
		for at := range flags {
			completeFlag(cmd, one, &flags[at], does)
		}
	}
	return cmd
}

// addOwn gives a command the flags that do not come from fields.
func addOwn(cmd *cobra.Command, call *runner.Call) {
	one, flags := call.Operation, cmd.Flags()
	if one.Sends == "application/json" {
		flags.StringVarP(&call.File, "file", "f", "", "Read the body from a file of JSON or YAML, - for standard input; flags count more.")
	}
	if one.IsFile() {
		flags.StringVarP(&call.File, "file", "f", "", "The file to send, - for standard input. (needed)")
	}
	if call.IsDownload() {
		flags.StringVar(&call.To, "to", "", "Write to this file instead of standard output.")
	}
	if one.Method == "GET" && one.Answers == "application/json" {
		flags.BoolVarP(&call.Watch, "watch", "w", false, "Ask again and again, and show what changed.")
		flags.DurationVar(&call.Interval, "interval", runner.Often, "How long to wait between two looks, with --watch.")
	}
	if one.Pages {
		flags.BoolVar(&call.All, "all", false, "All parts of the list.")
	}
	if one.Model == "Task" {
		flags.BoolVar(&call.Wait, "wait", false, "Wait until the task has ended.")
		flags.DurationVar(&call.Timeout, "timeout", 0, "Wait at most that long; the exit code is 8 where it has not ended by then.")
	}
	if one.Conditional {
		flags.Int64Var(&call.IfVersion, "if-version", 0, "Only if it still has this version.")
	}
	if one.Once {
		flags.StringVar(&call.Key, "idempotency-key", "", "Names the call: with the same key, it is done once, however often it is sent.")
	}
}

func given(cmd *cobra.Command, values []*value) []runner.Given {
	var found []runner.Given
	for _, one := range values {
		if cmd.Flags().Changed(one.flag.Name) {
			found = append(found, runner.Given{Flag: one.flag, Values: one.given})
		}
	}
	return found
}

func arguments(one *operation.Operation) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(one.Arguments) {
			return runner.Usage(cmd.CommandPath(), "<%s> is missing", one.Arguments[len(args)].Shown)
		}
		if len(args) > len(one.Arguments) {
			return runner.Usage(cmd.CommandPath(), "%q is one argument too many", args[len(one.Arguments)])
		}
		return nil
	}
}
