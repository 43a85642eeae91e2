package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/transport"

	"hanami.dev/cli/internal/operation"
)

// listed is what lists have in common.
type listed struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (r *Runner) group(noun string) *operation.Group {
	for at := range r.Groups {
		if r.Groups[at].Name == noun {
			return &r.Groups[at]
		}
	}
	return &operation.Group{}
}

// resolve gives the id that a text stands for: itself, or that of the only thing of that name.
func (r *Runner) resolve(ctx context.Context, client *hanami.Client, noun, text, cluster string) (string, error) {
	group := r.group(noun)
	if _, err := uuid.Parse(text); err == nil || !group.Named || (group.Within != "" && cluster == "") {
		return text, nil
	}
	found, err := r.list(ctx, client, group, cluster, url.Values{"name": {text}, "limit": {"200"}})
	if err != nil {
		return "", err
	}
	var ids []string
	for _, one := range found {
		if one.Name == text {
			ids = append(ids, one.ID)
		}
	}
	switch len(ids) {
	case 0:
		return "", fmt.Errorf("there is no %s %q", singular(noun), text)
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("%d %s have the name %q: an id tells which: %s", len(ids), noun, text, strings.Join(ids, ", "))
}

// Cluster gives the id of a cluster that is called by its id or its name.
func (r *Runner) Cluster(ctx context.Context, client *hanami.Client, text string) (uuid.UUID, error) {
	id, err := r.resolve(ctx, client, "clusters", text, "")
	if err != nil {
		return uuid.UUID{}, err
	}
	return uuid.Parse(id)
}

func (r *Runner) list(ctx context.Context, client *hanami.Client, group *operation.Group, cluster string, query url.Values) ([]listed, error) {
	path := strings.ReplaceAll(group.List, "{cluster_id}", transport.Segment(cluster))
	answer, err := r.all(ctx, client, &transport.Request{Operation: "list", Method: http.MethodGet, Path: path, Query: query})
	if err != nil {
		return nil, err
	}
	whole := struct {
		Items []listed `json:"items"`
	}{}
	return whole.Items, json.Unmarshal(answer, &whole)
}

// offered is how many things completion looks at: shells wait for it.
const offered = "100"

// Offer lists what a text can be completed to: names, and ids beside them.
func (r *Runner) Offer(ctx context.Context, noun string, one *operation.Operation, args []string, begun string) []string {
	group := r.group(noun)
	client, err := r.Client(false)
	if group.List == "" || err != nil {
		return nil
	}
	clusters := []string{""}
	if group.Within != "" {
		clusters = r.clusters(ctx, client, one, args)
	}
	var found []listed
	for _, cluster := range clusters {
		part, err := r.list(ctx, client, group, cluster, url.Values{"limit": {offered}})
		if err != nil {
			return nil
		}
		found = append(found, part...)
	}
	var offers []string
	for _, thing := range found {
		if group.Named && strings.HasPrefix(thing.Name, begun) && (group.Within == "" || len(clusters) == 1) {
			offers = append(offers, thing.Name+"\t"+thing.ID)
		} else if strings.HasPrefix(thing.ID, begun) {
			offers = append(offers, strings.TrimSuffix(thing.ID+"\t"+thing.Name, "\t"))
		}
	}
	return offers
}

// clusters names the cluster that was typed already; else some that things may be within.
func (r *Runner) clusters(ctx context.Context, client *hanami.Client, one *operation.Operation, args []string) []string {
	for at, argument := range one.Arguments {
		if argument.Of == "clusters" && at < len(args) {
			if id, err := r.resolve(ctx, client, "clusters", args[at], ""); err == nil {
				return []string{id}
			}
		}
	}
	const most = 20
	found, err := r.list(ctx, client, r.group("clusters"), "", url.Values{"limit": {"20"}, "descending": {"true"}})
	if err != nil {
		return nil
	}
	var ids []string
	for _, cluster := range found[:min(most, len(found))] {
		ids = append(ids, cluster.ID)
	}
	return ids
}

func singular(noun string) string { return strings.TrimSuffix(noun, "s") }
