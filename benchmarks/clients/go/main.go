// Command go measures what a call takes with the SDK, and with net/http alone: microseconds, round by round.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/google/uuid"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/generated/api"
)

func main() {
	url, token, cluster := os.Args[1], os.Args[2], uuid.MustParse(os.Args[3])
	rounds, calls := number(os.Args[4]), number(os.Args[5])
	ctx := context.Background()
	client, err := hanami.New(hanami.Config{URL: url, Token: token})
	check(err)
	bare := &http.Client{}
	told := map[string][]float64{}
	for range rounds {
		began := time.Now()
		for range calls {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/clusters/"+cluster.String(), nil)
			check(err)
			request.Header.Set("Authorization", "Bearer "+token)
			response, err := bare.Do(request)
			check(err)
			answer := api.Cluster{}
			check(json.NewDecoder(response.Body).Decode(&answer))
			check(response.Body.Close())
		}
		told["bare"] = append(told["bare"], micros(began, calls))
		began = time.Now()
		for range calls {
			_, err := client.Clusters.Get(ctx, cluster)
			check(err)
		}
		told["sdk"] = append(told["sdk"], micros(began, calls))
	}
	check(json.NewEncoder(os.Stdout).Encode(told))
}

func micros(began time.Time, calls int) float64 {
	return float64(time.Since(began).Microseconds()) / float64(calls)
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
