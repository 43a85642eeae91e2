/** The client: one object for all that a server offers. */
import { callerOf } from './caller.js';
import { events } from './events.js';
import { Checkpoints, Datasets, Uploads } from './files.js';
import * as plain from './generated/sdk.gen.js';
import type { Session as SessionInfo } from './generated/types.gen.js';
import { Http, type HttpOptions } from './http.js';
import { completed, type Access } from './profile.js';
import { Session, type SessionOptions } from './session/session.js';
import { Clusters, Tasks } from './tasks.js';

/** Who asks where, and how. */
export type ClientOptions = Access & HttpOptions;

/** Part of a list. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** A connection to a Hanami server. */
export class Client {
  readonly checkpoints: Checkpoints;
  readonly clusters: Clusters;
  readonly datasets: Datasets;
  readonly deviceKeys: plain.DeviceKeys;
  readonly hosts: plain.Hosts;
  readonly logs: plain.Logs;
  readonly projects: plain.Projects;
  readonly samples: plain.Samples;
  readonly sessions: Sessions;
  readonly system: plain.System;
  readonly tasks: Tasks;
  readonly templates: plain.Templates;
  readonly tokens: plain.Tokens;
  readonly uploads: Uploads;
  readonly users: plain.Users;
  readonly #http: Http;

  /** Throws ConfigurationError without an address, or without anything to log in with; see `Client.connect`. */
  constructor(options: ClientOptions) {
    const http = (this.#http = new Http(options, options));
    const client = callerOf(http);
    this.checkpoints = new Checkpoints({ client }, http);
    this.clusters = new Clusters({ client }, http);
    this.datasets = new Datasets({ client }, http);
    this.deviceKeys = new plain.DeviceKeys({ client });
    this.hosts = new plain.Hosts({ client });
    this.logs = new plain.Logs({ client });
    this.projects = new plain.Projects({ client });
    this.samples = new plain.Samples({ client });
    this.sessions = new Sessions({ client }, http);
    this.system = new plain.System({ client });
    this.tasks = new Tasks({ client }, http);
    this.templates = new plain.Templates({ client });
    this.tokens = new plain.Tokens({ client });
    this.uploads = new Uploads({ client }, http);
    this.users = new plain.Users({ client });
  }

  /** Makes a client, and takes what is left out from the environment, then from a profile; in Node. */
  static async connect(options: ClientOptions & { profile?: string } = {}): Promise<Client> {
    return new Client({ ...options, ...(await completed(options, options.profile)) });
  }

  /**
   * Goes through all pages of a list:
   * `for await (const cluster of client.all((page) => client.clusters.list({ query: page })))`.
   */
  async *all<Item>(list: (page: { cursor?: string }) => Promise<Page<Item>>): AsyncGenerator<Item> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Page<Item> = await list(cursor === undefined ? {} : { cursor });
      yield* page.items;
      cursor = page.next_cursor;
    }
  }

  /** Opens a direct session with a network; `close` ends it. */
  session(clusterId: string, options: SessionOptions = {}): Promise<Session> {
    return Session.open(this.#http, clusterId, options);
  }
}

/** Direct sessions as others see them. */
export class Sessions extends plain.Sessions {
  readonly #http: Http;

  constructor(client: ConstructorParameters<typeof plain.Sessions>[0], http: Http) {
    super(client);
    this.#http = http;
  }

  /** Tells how a session goes on, until it ends. */
  watch(clusterId: string, sessionId: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<SessionInfo> {
    return events<SessionInfo>(this.#http, `/v1/clusters/${clusterId}/sessions/${sessionId}/events`, options);
  }
}
