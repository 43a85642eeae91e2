/** Uploads, datasets and checkpoints: what is sent and fetched as files. */
import { Checkpoints as PlainCheckpoints, Datasets as PlainDatasets, Uploads as PlainUploads } from './generated/sdk.gen.js';
import type { Checkpoint, Dataset, DatasetSource, ExportFormat, Upload } from './generated/types.gen.js';
import type { Http } from './http.js';
import { collected, download, resume, send, upload, type Source, type TransferOptions } from './transfer.js';

type Client = ConstructorParameters<typeof PlainDatasets>[0];

/** Files on their way to becoming a dataset. */
export class Uploads extends PlainUploads {
  readonly #http: Http;

  constructor(client: Client, http: Http) {
    super(client);
    this.#http = http;
  }

  /** Sends a file: a large one in pieces, after a broken line from where it broke off. */
  send(source: Source, options: TransferOptions = {}): Promise<Upload> {
    return upload(this.#http, source, options);
  }

  /** Sends what is missing of an upload in pieces, maybe begun by another program. */
  resume(uploadId: string, file: Blob, options: TransferOptions = {}): Promise<Upload> {
    return resume(this.#http, uploadId, file, options);
  }
}

/** How a table of numbers is written, and how its transfer goes on. */
export interface CsvOptions extends TransferOptions {
  /** Whether its first line names the columns; else they are `c0`, `c1`, …. */
  header?: boolean;
  delimiter?: string;
}

/** Typed columns of samples. */
export class Datasets extends PlainDatasets {
  readonly #http: Http;

  constructor(client: Client, http: Http) {
    super(client);
    this.#http = http;
  }

  /** Makes a dataset from a table of numbers. */
  uploadCsv(name: string, table: Source, options: CsvOptions = {}): Promise<Dataset> {
    const { header = true, delimiter = ',' } = options;
    return this.#made(name, [table], options, ([file]) => ({ kind: 'csv', file: file ?? '', header, delimiter }));
  }

  /** Makes a dataset with the columns `image` and `label` from files in the format of MNIST, plain or gzip. */
  uploadIdx(name: string, images: Source, labels: Source, options: TransferOptions = {}): Promise<Dataset> {
    const describe = (ids: string[]): DatasetSource => ({ kind: 'idx', images: ids[0] ?? '', labels: ids[1] ?? '' });
    return this.#made(name, [images, labels], options, describe);
  }

  /** Fetches a dataset as an Arrow IPC file. */
  fetch(datasetId: string, options: TransferOptions = {}): Promise<Blob> {
    return collected(this.stream(datasetId, options));
  }

  /** Fetches the same piece by piece, as it arrives. */
  stream(datasetId: string, options: TransferOptions = {}): AsyncGenerator<Uint8Array> {
    return download(this.#http, `/v1/datasets/${datasetId}/content`, options);
  }

  /** Fetches rows as a file. */
  fetchRows(
    datasetId: string,
    format: ExportFormat,
    options: TransferOptions & { start?: number; stop?: number; columns?: string[] } = {},
  ): Promise<Blob> {
    const query = new URLSearchParams({ format });
    if (options.start !== undefined) query.set('start', String(options.start));
    if (options.stop !== undefined) query.set('stop', String(options.stop));
    for (const column of options.columns ?? []) query.append('columns', column);
    return collected(download(this.#http, `/v1/datasets/${datasetId}/rows/export?${query}`, options));
  }

  /** Sends files and makes a dataset of them; they are removed again where that fails. */
  async #made(name: string, files: Source[], options: TransferOptions, describe: (ids: string[]) => DatasetSource): Promise<Dataset> {
    const ids: string[] = [];
    try {
      for (const file of files) ids.push((await upload(this.#http, file, options)).id);
      return await this.create({ body: { name, source: describe(ids) } });
    } catch (error) {
      for (const id of ids) await this.#http.send(`/v1/uploads/${id}`, { method: 'DELETE' }).catch(() => undefined);
      throw error;
    }
  }
}

/** States of clusters that one can go back to. */
export class Checkpoints extends PlainCheckpoints {
  readonly #http: Http;

  constructor(client: Client, http: Http) {
    super(client);
    this.#http = http;
  }

  /** Sends a state that was fetched, or saved by the engine. */
  async send(clusterId: string, name: string, source: Source, options: TransferOptions = {}): Promise<Checkpoint> {
    const path = `/v1/clusters/${clusterId}/checkpoints/upload?${new URLSearchParams({ name })}`;
    return (await send(this.#http, path, source, options)) as Checkpoint;
  }

  /** Fetches a state, as the engine reads it. */
  fetch(checkpointId: string, options: TransferOptions = {}): Promise<Blob> {
    return collected(download(this.#http, `/v1/checkpoints/${checkpointId}/content`, options));
  }
}
