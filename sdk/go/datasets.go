package hanami

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"hanami.dev/sdk/go/generated/api"
	"hanami.dev/sdk/go/transport"
)

// Datasets are typed columns of samples.
type Datasets struct {
	api.DatasetsAPI
	client *Client
}

// CSV says how a table of numbers is written.
type CSV struct {
	NoHeader  bool   // its columns are c0, c1, … then
	Delimiter string // a comma where it is left out
}

// UploadCSV makes a dataset from a table of numbers.
func (d Datasets) UploadCSV(ctx context.Context, name string, table io.Reader, format CSV, progress Progress) (*api.Dataset, error) {
	return d.upload(ctx, name, progress, func(ids []uuid.UUID, source *api.DatasetSource) error {
		header := !format.NoHeader
		csv := api.CsvSource{Kind: "csv", File: ids[0], Header: &header}
		if format.Delimiter != "" {
			csv.Delimiter = &format.Delimiter
		}
		return source.FromCsvSource(csv)
	}, table)
}

// UploadIDX makes a dataset with the columns image and label from files in the format of MNIST, plain or gzip.
func (d Datasets) UploadIDX(ctx context.Context, name string, images, labels io.Reader, progress Progress) (*api.Dataset, error) {
	return d.upload(ctx, name, progress, func(ids []uuid.UUID, source *api.DatasetSource) error {
		return source.FromIdxSource(api.IdxSource{Kind: "idx", Images: ids[0], Labels: ids[1]})
	}, images, labels)
}

// upload sends files and makes a dataset of them; they are removed again where that fails.
func (d Datasets) upload(
	ctx context.Context, name string, progress Progress, describe func([]uuid.UUID, *api.DatasetSource) error, files ...io.Reader,
) (made *api.Dataset, err error) {
	var ids []uuid.UUID
	defer func() {
		if err != nil {
			for _, id := range ids {
				_ = d.client.Uploads.Delete(context.WithoutCancel(ctx), id)
			}
		}
	}()
	for _, file := range files {
		upload, err := d.client.Uploads.Create(ctx, file, progress)
		if err != nil {
			return nil, err
		}
		ids = append(ids, upload.Id)
	}
	wish := api.DatasetCreate{Name: name}
	if err := describe(ids, &wish.Source); err != nil {
		return nil, err
	}
	return d.Create(ctx, wish)
}

// Download writes a dataset as an Arrow IPC file; gives its bytes.
func (d Datasets) Download(ctx context.Context, id uuid.UUID, into io.Writer, progress Progress) (int64, error) {
	return d.client.fetch(ctx, into, progress, func(options ...transport.Option) (*http.Response, error) {
		return d.DatasetsAPI.Download(ctx, id, options...)
	})
}

// Export writes rows as a file; gives its bytes.
func (d Datasets) Export(
	ctx context.Context, id uuid.UUID, params *api.ExportDatasetRowsParams, into io.Writer, progress Progress,
) (int64, error) {
	return d.client.fetch(ctx, into, progress, func(options ...transport.Option) (*http.Response, error) {
		return d.DatasetsAPI.Export(ctx, id, params, options...)
	})
}

// Checkpoints are states of clusters that one can go back to.
type Checkpoints struct {
	api.CheckpointsAPI
	client *Client
}

// Upload sends a state that was downloaded, or saved by the engine.
func (c Checkpoints) Upload(ctx context.Context, cluster uuid.UUID, name string, source io.Reader, progress Progress) (*api.Checkpoint, error) {
	request := &transport.Request{
		Operation: "uploadCheckpoint", Method: http.MethodPost, Once: true,
		Path: "/v1/clusters/" + cluster.String() + "/checkpoints/upload", Query: url.Values{"name": {name}},
	}
	kept := new(api.Checkpoint)
	if err := c.client.SendFile(ctx, request, source, progress, kept); err != nil {
		return nil, err
	}
	return kept, nil
}

// Download writes a checkpoint, as the engine reads it; gives its bytes.
func (c Checkpoints) Download(ctx context.Context, id uuid.UUID, into io.Writer, progress Progress) (int64, error) {
	return c.client.fetch(ctx, into, progress, func(options ...transport.Option) (*http.Response, error) {
		return c.CheckpointsAPI.Download(ctx, id, options...)
	})
}

// Table reads rows, however many: for each column a list of numbers per row.
func (d Datasets) Table(ctx context.Context, id uuid.UUID, params api.ReadDatasetRowsParams) (map[string][][]*float64, error) {
	table := map[string][][]*float64{}
	details, err := d.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	stop := details.Rows
	if params.Stop != nil {
		stop = *params.Stop
	}
	for {
		part, err := d.Rows(ctx, id, &params)
		if err != nil {
			return nil, err
		}
		for _, column := range part.Columns {
			for _, row := range column.Values {
				values := make([]*float64, len(row))
				for at, value := range row {
					if number, err := value.Get(); err == nil { // else a reading that is missing
						values[at] = &number
					}
				}
				table[column.Name] = append(table[column.Name], values)
			}
		}
		if part.Stop >= stop {
			return table, nil
		}
		params.Start = &part.Stop
	}
}
