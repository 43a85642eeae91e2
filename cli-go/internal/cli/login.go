package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/generated/api"

	"hanami.dev/cli/internal/output"
	"hanami.dev/cli/internal/runner"
)

type loginOptions struct {
	url, user, project, profile string
	fromInput, keep             bool
}

func login(does *runner.Runner) *cobra.Command {
	options := loginOptions{}
	cmd := &cobra.Command{
		Use: "login <address>", Short: "Log in, and keep it in a profile", GroupID: own,
		Long: "Log in, and keep it in a profile that all clients of Hanami read.\n\n" +
			"What is kept is a token, which ends after a while. With --keep-password it is the password, and no login ends.\n" +
			"The file can be read by nobody else.",
		Example: "  hanamictl login https://hanami.example --user ada\n" +
			"  echo \"$SECRET\" | hanamictl login https://hanami.example --user ada --password-stdin --profile lab",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.url, options.profile = does.Settings.URL, does.Settings.Profile
			if len(args) == 1 {
				options.url = args[0]
			}
			return runLogin(cmd.Context(), does, options)
		},
	}
	cmd.Flags().StringVarP(&options.user, "user", "u", "", "Who logs in. (needed)")
	cmd.Flags().StringVar(&options.project, "project", "", "The project to work in; the first of the user's where it is left out.")
	cmd.Flags().BoolVar(&options.fromInput, "password-stdin", false, "Read the password from standard input instead of asking for it.")
	cmd.Flags().BoolVar(&options.keep, "keep-password", false, "Keep the password instead of a token.")
	return cmd
}

func runLogin(ctx context.Context, does *runner.Runner, options loginOptions) error {
	if options.url == "" || options.user == "" {
		return runner.Usage("hanamictl login", "an address and --user are needed")
	}
	ask := does.Streams.AskSecret
	if options.fromInput {
		ask = func(string) (string, error) { return does.Streams.Line() }
	}
	password, err := ask("password of " + options.user)
	if err != nil {
		return fmt.Errorf("the password: %w", err)
	}
	client, err := does.ClientOf(hanami.Config{URL: options.url, Anonymous: true})
	if err != nil {
		return err
	}
	wish := api.TokenCreate{UserId: options.user, Password: password}
	if options.project != "" {
		wish.ProjectId.Set(options.project)
	}
	access, err := client.Tokens.Create(ctx, wish)
	if err != nil {
		return err
	}
	kept := map[string]string{"url": client.URL(), "token": access.Token, "expires_at": access.ExpiresAt.Format(time.RFC3339)}
	if options.keep {
		kept = map[string]string{"url": client.URL(), "user": options.user, "password": password}
		if options.project != "" {
			kept["project"] = options.project
		}
	}
	return keep(does.Streams, options, kept, access)
}

func keep(streams output.Streams, options loginOptions, kept map[string]string, access *api.AccessToken) error {
	known, err := hanami.ReadProfiles()
	if err != nil {
		return err
	}
	name := options.profile
	if name == "" {
		if name = known.Current; name == "" {
			name = "default"
		}
	}
	known.Profiles[name], known.Current = kept, name
	if err := known.Write(); err != nil {
		return err
	}
	project, err := access.ProjectId.Get()
	if err != nil {
		project = "no project"
	}
	_, err = fmt.Fprintf(streams.Err, "%s in %s at %s, kept as profile %s\n", access.UserId, project, kept["url"], name)
	return err
}

func logout(does *runner.Runner) *cobra.Command {
	return &cobra.Command{
		Use: "logout", Short: "Forget a login, here and on the server", GroupID: own, Args: cobra.NoArgs,
		Example: "  hanamictl logout",
		RunE:    func(cmd *cobra.Command, _ []string) error { return runLogout(cmd.Context(), does) },
	}
}

func runLogout(ctx context.Context, does *runner.Runner) error {
	known, err := hanami.ReadProfiles()
	if err != nil {
		return err
	}
	name := does.Settings.Profile
	if name == "" {
		name = known.Current
	}
	profile, ok := known.Profiles[name]
	if !ok {
		return runner.Usage("hanamictl logout", "there is no profile %q", name)
	}
	var refused error
	if token := profile["token"]; token != "" {
		client, err := does.ClientOf(hanami.Config{URL: profile["url"], Token: token})
		if err != nil {
			return err
		}
		if err := client.Tokens.Delete(ctx); !errors.Is(err, hanami.ErrUnauthorized) { // that one had ended already
			refused = err
		}
	}
	delete(known.Profiles, name)
	if known.Current == name {
		known.Current = ""
	}
	return errors.Join(refused, known.Write())
}

func profiles(does *runner.Runner) *cobra.Command {
	noun := &cobra.Command{Use: "profiles", Short: "Logins that are kept", GroupID: own}
	noun.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List them; * is the current one", Args: cobra.NoArgs, Example: "  hanamictl profiles list",
			RunE: func(*cobra.Command, []string) error { return listProfiles(does.Streams) },
		},
		&cobra.Command{
			Use: "use <profile>", Short: "Make one the current one", Args: cobra.ExactArgs(1), Example: "  hanamictl profiles use lab",
			ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
				known, _ := hanami.ReadProfiles()
				return slices.Sorted(maps.Keys(known.Profiles)), cobra.ShellCompDirectiveNoFileComp
			},
			RunE: func(_ *cobra.Command, args []string) error { return useProfile(args[0]) },
		},
	)
	return noun
}

func listProfiles(streams output.Streams) error {
	known, err := hanami.ReadProfiles()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(known.Profiles)) {
		profile, mark := known.Profiles[name], " "
		if name == known.Current {
			mark = "*"
		}
		if _, err := fmt.Fprintf(streams.Out, "%s %s  %s\n", mark, name, profile["url"]); err != nil {
			return err
		}
	}
	return nil
}

func useProfile(name string) error {
	known, err := hanami.ReadProfiles()
	if err != nil {
		return err
	}
	if _, ok := known.Profiles[name]; !ok {
		return runner.Usage("hanamictl profiles use", "there is no profile %q", name)
	}
	known.Current = name
	return known.Write()
}
