package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// stamped is the version of a release: `-ldflags "-X hanami.dev/cli/internal/cli.stamped=1.2.3"`.
var stamped = ""

func version() string {
	told := stamped
	if told == "" {
		told = "development"
		if built, ok := debug.ReadBuildInfo(); ok && built.Main.Version != "" && built.Main.Version != "(devel)" {
			told = built.Main.Version
		}
	}
	return fmt.Sprintf("hanamictl %s %s/%s", told, runtime.GOOS, runtime.GOARCH)
}
