package command

import (
	"github.com/spf13/cobra"
	"hanami.dev/cli/internal/operation"
	"hanami.dev/cli/internal/runner"
)

// completeArguments offers the names and ids of what there is on the server.
func completeArguments(one *operation.Operation, does *runner.Runner) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= len(one.Arguments) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return does.Offer(cmd.Context(), one.Arguments[len(args)].Of, one, args, begun), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeFlag offers the values of a flag.
func completeFlag(cmd *cobra.Command, one *operation.Operation, flag *operation.Flag, does *runner.Runner) {
	_ = cmd.RegisterFlagCompletionFunc(flag.Name, // fails only for flags that are not there
		func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
			switch {
			case len(flag.Enum) > 0:
				return flag.Enum, cobra.ShellCompDirectiveNoFileComp
			case flag.Kind == operation.Boolean:
				return []string{"true", "false"}, cobra.ShellCompDirectiveNoFileComp
			case flag.File:
				return nil, cobra.ShellCompDirectiveDefault
			case flag.Of != "":
				return does.Offer(cmd.Context(), flag.Of, one, args, begun), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		})
}
