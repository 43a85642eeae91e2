package hanami

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Config says where the server is and who asks. What is left empty is taken from the environment (HANAMI_URL, HANAMI_USER,
// HANAMI_PASSWORD, HANAMI_TOKEN, HANAMI_DEVICE_KEY, HANAMI_PROJECT), then from a profile.
//
// Profiles are in hanami/profiles.json below XDG_CONFIG_HOME (~/.config), or where HANAMI_CONFIG says; all clients read
// the same file:
//
//	{"current": "lab", "profiles": {"lab": {"url": "https://hanami.example", "user": "ada", "password": "…"}}}
type Config struct {
	URL       string
	User      string // who to log in as, with Password, at the first request
	Password  string
	Token     string // instead of a user; it is not renewed
	DeviceKey string // the key of a device instead
	Project   string // the project to work in; left out, the first of the user's
	Profile   string // the profile to take the rest from; else HANAMI_PROFILE, else the current one
	Anonymous bool   // do not log in; most operations are refused then
}

// ways to log in: a token of one and a password of another are no way in.
var ways = [][]string{{"token"}, {"device_key"}, {"user", "password"}}

var fields = []string{"url", "project", "token", "device_key", "user", "password"}

func (c Config) known() map[string]string {
	known := map[string]string{"url": c.URL, "project": c.Project, "token": c.Token, "device_key": c.DeviceKey}
	known["user"], known["password"] = c.User, c.Password
	for name, value := range known {
		if value == "" {
			delete(known, name)
		}
	}
	return known
}

// complete adds what the environment and a profile say.
func (c Config) complete() (Config, error) {
	known := c.known()
	profile, err := readProfile(c.Profile)
	if err != nil {
		return c, err
	}
	for _, source := range []map[string]string{environment(), profile} {
		for _, name := range fields {
			if _, taken := known[name]; !taken && source[name] != "" && fits(name, known) {
				known[name] = source[name]
			}
		}
	}
	found := Config{
		URL: strings.TrimRight(known["url"], "/"), Project: known["project"], Token: known["token"],
		DeviceKey: known["device_key"], User: known["user"], Password: known["password"],
	}
	if found.URL == "" {
		return found, fmt.Errorf("%w: the address of a server is needed: Config.URL, HANAMI_URL or a profile", ErrConfiguration)
	}
	if c.Anonymous {
		return Config{URL: found.URL, Anonymous: true}, nil
	}
	if found.Token == "" && found.DeviceKey == "" && (found.User == "" || found.Password == "") {
		return found, fmt.Errorf("%w: user and password, a token, or a device key are needed: in Config, in the environment "+
			"as HANAMI_USER and HANAMI_PASSWORD, HANAMI_TOKEN or HANAMI_DEVICE_KEY, or in a profile", ErrConfiguration)
	}
	return found, nil
}

func fits(name string, known map[string]string) bool {
	for _, way := range ways {
		if slices.ContainsFunc(way, func(part string) bool { return known[part] != "" }) {
			return slices.Contains(way, name) || !slices.ContainsFunc(ways, func(way []string) bool { return slices.Contains(way, name) })
		}
	}
	return true
}

func environment() map[string]string {
	found := map[string]string{}
	for _, name := range fields {
		found[name] = os.Getenv("HANAMI_" + strings.ToUpper(name))
	}
	return found
}

func readProfile(wanted string) (map[string]string, error) {
	if wanted == "" {
		wanted = os.Getenv("HANAMI_PROFILE")
	}
	known, err := ReadProfiles()
	if err != nil {
		return nil, err
	}
	if wanted == "" {
		wanted = known.Current
	}
	if wanted == "" {
		return nil, nil
	}
	profile, ok := known.Profiles[wanted]
	if !ok {
		return nil, fmt.Errorf("%w: there is no profile %q", ErrConfiguration, wanted)
	}
	return profile, nil
}
