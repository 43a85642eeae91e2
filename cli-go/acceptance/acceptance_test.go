// Package acceptance runs the compiled program against a real server, as scripts/*.txtar say. Pytest starts the server, and
// says where it is (integration-tests/tests/test_cli.py).
package acceptance

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rogpeppe/go-internal/testscript"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/generated/api"

	"hanami.dev/cli/generated/commands"
)

const password = "a staple of horses"

func server(t *testing.T) *hanami.Client {
	url := os.Getenv("HANAMI_TEST_URL")
	if url == "" {
		t.Skip("HANAMI_TEST_URL names no server: run this with pytest, integration-tests/tests/test_cli.py")
	}
	root, err := hanami.New(hanami.Config{URL: url, User: "root", Password: os.Getenv("HANAMI_TEST_PASSWORD")})
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestScripts(t *testing.T) {
	root := server(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "scripts",
		RequireExplicitExec: true,
		Setup:               func(env *testscript.Env) error { return setUp(root, env) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"keep": keep, "interrupt": interrupt, "exits": exits, "large": large, "table": table,
		},
	})
}

func TestEveryNounHasAScript(t *testing.T) {
	for _, group := range commands.Groups {
		if _, err := fs.Stat(os.DirFS("scripts"), group.Name+".txtar"); err != nil {
			t.Error(err)
		}
	}
}

// setUp gives a script a project and a user of its own: $ME in the project $ME, whose token is in the environment. $ROOT is
// the token of the administrator.
func setUp(root *hanami.Client, env *testscript.Env) error {
	ctx, me := context.Background(), "t"+strings.ReplaceAll(uuid.NewString(), "-", "")[:12]
	if _, err := root.Projects.Create(ctx, api.ProjectCreate{Id: me, Name: "Lab"}); err != nil {
		return err
	}
	if _, err := root.Users.Create(ctx, api.UserCreate{Id: me, Name: "Ada", Password: password}); err != nil {
		return err
	}
	if _, err := root.Projects.SetMember(ctx, me, me, api.MemberSet{Role: api.MemberRoleMember}); err != nil {
		return err
	}
	mine, err := root.Tokens.Create(ctx, api.TokenCreate{UserId: me, Password: password})
	if err != nil {
		return err
	}
	all, err := root.Tokens.Create(ctx, api.TokenCreate{UserId: "root", Password: os.Getenv("HANAMI_TEST_PASSWORD")})
	if err != nil {
		return err
	}
	env.Setenv("PATH", os.Getenv("HANAMI_TEST_BIN")+string(os.PathListSeparator)+env.Getenv("PATH"))
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("ME", me)
	env.Setenv("PASSWORD", password)
	env.Setenv("ROOT", all.Token)
	env.Setenv("EXPIRED", os.Getenv("HANAMI_TEST_EXPIRED"))
	env.Setenv("HANAMI_URL", os.Getenv("HANAMI_TEST_URL"))
	env.Setenv("HANAMI_TOKEN", mine.Token)
	return nil
}

// keep puts what was printed last into a variable: `keep NAME`.
func keep(script *testscript.TestScript, _ bool, args []string) {
	script.Setenv(args[0], strings.TrimSpace(script.ReadFile("stdout")))
}

// exits runs a program and looks at its exit code: `exits 4 hanamictl clusters list`.
func exits(script *testscript.TestScript, _ bool, args []string) {
	err := script.Exec(args[1], args[2:]...)
	code := 0
	if failed, ok := err.(*exec.ExitError); ok {
		code = failed.ExitCode()
	} else if err != nil {
		script.Fatalf("%v", err)
	}
	if fmt.Sprint(code) != args[0] {
		script.Fatalf("expected the exit code %s, got %d", args[0], code)
	}
}

// large makes a file of zeros: `large name bytes`.
func large(script *testscript.TestScript, _ bool, args []string) {
	var size int64
	_, err := fmt.Sscan(args[1], &size)
	script.Check(err)
	file, err := os.Create(script.MkAbs(args[0]))
	script.Check(err)
	script.Check(file.Truncate(size))
	script.Check(file.Close())
}

// table makes a file of CSV with the columns x, y and side: `table name rows`.
func table(script *testscript.TestScript, _ bool, args []string) {
	rows := 0
	_, err := fmt.Sscan(args[1], &rows)
	script.Check(err)
	text := &strings.Builder{}
	text.WriteString("x,y,side\n")
	for at := range rows {
		fmt.Fprintf(text, "%d,%d,%d\n", at%17, at%11, at%2)
	}
	script.Check(os.WriteFile(script.MkAbs(args[0]), []byte(text.String()), 0o600))
}

// interrupt sends Ctrl-C once a line of standard error has a text, and expects the exit code 2:
// `interrupt text hanamictl uploads create …`.
func interrupt(script *testscript.TestScript, _ bool, args []string) {
	program, err := exec.LookPath(filepath.Join(os.Getenv("HANAMI_TEST_BIN"), args[1]))
	script.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, args[2:]...) // #nosec G204 -- the program under test
	command.Dir = script.MkAbs(".")
	for _, name := range []string{"HANAMI_URL", "HANAMI_TOKEN", "HOME"} {
		command.Env = append(command.Env, name+"="+script.Getenv(name))
	}
	said, err := command.StderrPipe()
	script.Check(err)
	script.Check(command.Start())
	sent := false
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		script.Logf("[stderr] %s", lines.Text())
		if !sent && strings.Contains(lines.Text(), args[0]) {
			script.Check(command.Process.Signal(os.Interrupt))
			sent = true
		}
	}
	failed, ok := command.Wait().(*exec.ExitError)
	if !sent || !ok || failed.ExitCode() != 2 {
		script.Fatalf("expected the exit code 2 after Ctrl-C, got %v", command.ProcessState)
	}
}
