package hanami

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"
	"hanami.dev/sdk/go/generated/api"
)

const pollEvery = 500 * time.Millisecond

// Clusters are growing networks.
type Clusters struct {
	api.ClustersAPI
	client *Client
}

// Training is what a cluster is to learn from a dataset.
type Training struct {
	Dataset         uuid.UUID
	Inputs, Outputs []string // columns to answer, and columns to answer with
	InputHexagons   []string // whose each input is; left out, they are dealt by the sizes of the template
	OutputHexagons  []string
	Epochs          int64 // passes over the rows; one where it is left out
}

// Question is what a cluster is to answer.
type Question struct {
	Dataset       uuid.UUID
	Inputs        []string
	InputHexagons []string
	ResultName    string // what the dataset of the answers is called
}

// Train starts to learn the rows of a dataset in their order.
func (c Clusters) Train(ctx context.Context, cluster uuid.UUID, training Training) (*Task, error) {
	wish := api.TrainTaskCreate{Type: "train", DatasetId: training.Dataset, Inputs: training.Inputs, Outputs: training.Outputs}
	setNames(&wish.InputHexagons, training.InputHexagons)
	setNames(&wish.OutputHexagons, training.OutputHexagons)
	if training.Epochs != 0 {
		wish.Epochs = &training.Epochs
	}
	body := api.TaskCreate{}
	if err := body.FromTrainTaskCreate(wish); err != nil {
		return nil, err
	}
	return c.client.Tasks.start(ctx, cluster, body)
}

// Request starts to answer every row of a dataset; the answers become a new dataset.
func (c Clusters) Request(ctx context.Context, cluster uuid.UUID, question Question) (*Task, error) {
	wish := api.RequestTaskCreate{Type: "request", DatasetId: question.Dataset, Inputs: question.Inputs, ResultName: question.ResultName}
	setNames(&wish.InputHexagons, question.InputHexagons)
	body := api.TaskCreate{}
	if err := body.FromRequestTaskCreate(wish); err != nil {
		return nil, err
	}
	return c.client.Tasks.start(ctx, cluster, body)
}

func setNames(field *nullable.Nullable[[]string], names []string) {
	if names != nil {
		field.Set(names)
	}
}

// Tasks are work of clusters on datasets.
type Tasks struct {
	api.TasksAPI
	client *Client
}

// Follow takes hold of a task that was started before.
func (t Tasks) Follow(ctx context.Context, id uuid.UUID) (*Task, error) {
	info, err := t.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Task{Info: *info, tasks: t}, nil
}

// Events yields how far a task is, about ten times a second, until it ends.
func (t Tasks) Events(ctx context.Context, id uuid.UUID) iter.Seq2[api.TaskEvent, error] {
	response, err := t.TasksAPI.Events(ctx, id)
	return ReadEvents[api.TaskEvent](response, err)
}

func (t Tasks) start(ctx context.Context, cluster uuid.UUID, body api.TaskCreate) (*Task, error) {
	info, err := t.Create(ctx, cluster, body)
	if err != nil {
		return nil, err
	}
	return &Task{Info: *info, tasks: t}, nil
}

// Task is a handle on a task of the server.
type Task struct {
	Info  api.Task // as it was when last heard of
	tasks Tasks
}

// Wait waits until the task has finished, and tells progress about ten times a second how far it is. Gives
// [ErrTaskFailed] or [ErrTaskCancelled] where it ended otherwise.
func (t *Task) Wait(ctx context.Context, progress func(api.TaskProgress)) error {
	for news, err := range t.Watch(ctx) {
		if err != nil {
			return err
		}
		if progress != nil {
			progress(news)
		}
	}
	reason, _ := t.Info.Error.Get() // none where there is no reason
	switch t.Info.State {
	case api.TaskStateFailed:
		return fmt.Errorf("%w: %s: %s", ErrTaskFailed, t.Info.Id, reason)
	case api.TaskStateCancelled:
		return fmt.Errorf("%w: %s", ErrTaskCancelled, t.Info.Id)
	}
	return nil
}

// Watch yields how far the task is until it ends in any way: from a stream of events, else by asking again and again.
func (t *Task) Watch(ctx context.Context) iter.Seq2[api.TaskProgress, error] {
	return func(yield func(api.TaskProgress, error) bool) {
		state := t.Info.State
		for event, err := range t.tasks.Events(ctx, t.Info.Id) {
			if err != nil && !errors.Is(err, ErrNoAnswer) {
				yield(api.TaskProgress{}, err)
				return
			}
			if err != nil { // a proxy may not let streams through, or cut them; asking works everywhere
				break
			}
			state = event.State
			if !yield(event.Progress, nil) {
				return
			}
		}
		for {
			info, err := t.tasks.Get(ctx, t.Info.Id)
			if err != nil {
				yield(api.TaskProgress{}, err)
				return
			}
			t.Info = *info
			if !ended(state) && !yield(info.Progress, nil) {
				return
			}
			if state = info.State; ended(state) {
				return
			}
			if err := sleep(ctx, pollEvery); err != nil {
				yield(api.TaskProgress{}, err)
				return
			}
		}
	}
}

// Cancel ends the task early; one that has ended already stays as it is.
func (t *Task) Cancel(ctx context.Context) error {
	info, err := t.tasks.Cancel(ctx, t.Info.Id)
	if err == nil {
		t.Info = *info
	}
	return err
}

// Result gives the dataset of answers of a finished request.
func (t *Task) Result(ctx context.Context) (*api.DatasetDetails, error) {
	id, err := t.Info.ResultDatasetId.Get()
	if err != nil {
		return nil, fmt.Errorf("task %s has no answers: it is %s, %s", t.Info.Id, t.Info.Type, t.Info.State)
	}
	return t.tasks.client.Datasets.Get(ctx, id)
}

func ended(state api.TaskState) bool {
	return state == api.TaskStateFinished || state == api.TaskStateFailed || state == api.TaskStateCancelled
}
