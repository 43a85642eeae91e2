/** Tasks: work that goes on in the server while the client waits, watches or does something else. */
import { HanamiError, NoAnswerError, TaskCancelledError, TaskFailedError } from './errors.js';
import { Clusters as PlainClusters, Datasets, Tasks as PlainTasks } from './generated/sdk.gen.js';
import type { DatasetDetails, RequestTaskCreate, Task as TaskInfo, TaskEvent, TaskProgress, TrainTaskCreate } from './generated/types.gen.js';
import { events } from './events.js';
import { sleep, type Http } from './http.js';
import { signalOf } from './transfer.js';

/** Names of columns; of several hexagons, those of each by the name of the hexagon. */
export type Columns = string[] | Record<string, string[]>;

type Client = ConstructorParameters<typeof PlainTasks>[0];
const POLL = 500;
const ENDED = new Set<TaskInfo['state']>(['finished', 'failed', 'cancelled']);

/** Growing networks. */
export class Clusters extends PlainClusters {
  readonly #tasks: Tasks;

  constructor(client: Client, http: Http) {
    super(client);
    this.#tasks = new Tasks(client, http);
  }

  /** Starts to learn the rows of a dataset in their order. */
  train(clusterId: string, datasetId: string, what: { inputs: Columns; outputs: Columns; epochs?: number }): Promise<Task> {
    return this.#tasks.train(clusterId, datasetId, what);
  }

  /** Starts to answer every row of a dataset; the answers become a new dataset of that name. */
  request(clusterId: string, datasetId: string, what: { inputs: Columns; resultName: string }): Promise<Task> {
    return this.#tasks.request(clusterId, datasetId, what);
  }
}

/** Work of clusters on datasets. */
export class Tasks extends PlainTasks {
  readonly #http: Http;
  readonly #datasets: Datasets;

  constructor(client: Client, http: Http) {
    super(client);
    this.#http = http;
    this.#datasets = new Datasets(client);
  }

  /** Starts to learn the rows of a dataset in their order. */
  train(clusterId: string, datasetId: string, what: { inputs: Columns; outputs: Columns; epochs?: number }): Promise<Task> {
    const [inputs, inputHexagons] = dealt(what.inputs);
    const [outputs, outputHexagons] = dealt(what.outputs);
    const hexagons = { input_hexagons: inputHexagons, output_hexagons: outputHexagons };
    return this.#start(clusterId, { type: 'train', dataset_id: datasetId, inputs, outputs, ...hexagons, epochs: what.epochs ?? 1 });
  }

  /** Starts to answer every row of a dataset; the answers become a new dataset of that name. */
  request(clusterId: string, datasetId: string, what: { inputs: Columns; resultName: string }): Promise<Task> {
    const [inputs, hexagons] = dealt(what.inputs);
    const wish = { type: 'request', dataset_id: datasetId, inputs, input_hexagons: hexagons, result_name: what.resultName } as const;
    return this.#start(clusterId, wish);
  }

  /** Takes hold of a task that was started before. */
  async follow(taskId: string): Promise<Task> {
    return this.#handle(await this.get({ path: { task_id: taskId } }));
  }

  /** Tells how far a task is, about ten times a second, until it ends. */
  watch(taskId: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<TaskEvent> {
    return events<TaskEvent>(this.#http, `/v1/tasks/${taskId}/events`, options);
  }

  async #start(clusterId: string, body: TrainTaskCreate | RequestTaskCreate): Promise<Task> {
    return this.#handle(await this.create({ path: { cluster_id: clusterId }, body }));
  }

  #handle(info: TaskInfo): Task {
    return new Task(info, this, this.#datasets);
  }
}

/** A handle on a task of the server. */
export class Task {
  readonly #tasks: Tasks;
  readonly #datasets: Datasets;

  constructor(
    /** The task as it was when last heard of. */
    public info: TaskInfo,
    tasks: Tasks,
    datasets: Datasets,
  ) {
    this.#tasks = tasks;
    this.#datasets = datasets;
  }

  get id(): string {
    return this.info.id;
  }

  /** Waits until it has finished; throws TaskFailedError or TaskCancelledError where it ended otherwise. */
  async wait(progress?: (news: TaskProgress) => void, options: { signal?: AbortSignal } = {}): Promise<TaskInfo> {
    for await (const news of this.watch(options)) progress?.(news);
    const { state, error } = this.info;
    if (state === 'failed') throw new TaskFailedError(this.id, 'failed', error);
    if (state === 'cancelled') throw new TaskCancelledError(this.id, 'was cancelled', error);
    return this.info;
  }

  /** Tells how far it is until it ends in any way: from a stream of events, else by asking again and again. */
  async *watch(options: { signal?: AbortSignal } = {}): AsyncGenerator<TaskProgress> {
    let state = this.info.state;
    try {
      for await (const event of this.#tasks.watch(this.id, options)) {
        state = event.state;
        yield event.progress;
      }
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error; // a proxy may not let streams through; asking works everywhere
    }
    for (;;) {
      this.info = await this.#tasks.get({ path: { task_id: this.id }, ...signalOf(options) });
      if (!ENDED.has(state)) yield this.info.progress;
      state = this.info.state;
      if (ENDED.has(state)) return;
      await sleep(POLL, options.signal);
    }
  }

  /** Ends it early; one that has ended already stays as it is. */
  async cancel(): Promise<TaskInfo> {
    return (this.info = await this.#tasks.cancel({ path: { task_id: this.id } }));
  }

  /** Gives the dataset of answers of a finished request. */
  async result(): Promise<DatasetDetails> {
    const id = this.info.result_dataset_id;
    if (id === null) throw new HanamiError(`task ${this.id} has no answers: it is ${this.info.type}, ${this.info.state}`);
    return this.#datasets.get({ path: { dataset_id: id } });
  }
}

function dealt(columns: Columns): [names: string[], hexagons: string[] | null] {
  if (Array.isArray(columns)) return [columns, null];
  const pairs = Object.entries(columns).flatMap(([hexagon, mine]) => mine.map((name) => [name, hexagon] as const));
  return [pairs.map(([name]) => name), pairs.map(([, hexagon]) => hexagon)];
}
