package hanami

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Profiles are what the file of profiles has: by name, the fields of a [Config] as they are written there.
type Profiles struct {
	Current  string                       `json:"current"`
	Profiles map[string]map[string]string `json:"profiles"`
}

// ReadProfiles reads the file of profiles; there are none where there is no file.
func ReadProfiles() (Profiles, error) {
	known := Profiles{Profiles: map[string]map[string]string{}}
	path, err := profilesPath()
	if err != nil {
		return known, err
	}
	content, err := os.ReadFile(path) // #nosec G304 -- whoever sets HANAMI_CONFIG means that file
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return known, fmt.Errorf("%w: %w", ErrConfiguration, err)
	}
	if err := json.Unmarshal(content, &known); err != nil || known.Profiles == nil {
		return known, fmt.Errorf("%w: %s: expected profiles as JSON: %w", ErrConfiguration, path, err)
	}
	return known, nil
}

// Write replaces the file of profiles, all at once. Nobody but its owner can read it: there are secrets in it.
func (p Profiles) Write() (err error) {
	path, err := profilesPath()
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("%w: %w", ErrConfiguration, err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".profiles-*") // which only its owner can read
	if err != nil {
		return fmt.Errorf("%w: %w", ErrConfiguration, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(append(content, '\n'))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("%w: %w", ErrConfiguration, err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("%w: %w", ErrConfiguration, err)
	}
	return nil
}

func profilesPath() (string, error) {
	if given := os.Getenv("HANAMI_CONFIG"); given != "" {
		return given, nil
	}
	root := os.Getenv("XDG_CONFIG_HOME")
	if root == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrConfiguration, err)
		}
		root = filepath.Join(home, ".config")
	}
	return filepath.Join(root, "hanami", "profiles.json"), nil
}
