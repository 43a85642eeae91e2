// What a driver of the JavaScript SDK does with a step, in Node and in browsers alike.

const CAMEL = (name) => name.replace(/[-_](\w)/g, (_, letter) => letter.toUpperCase());

let hanami; // the SDK

/** Makes a driver; `files` reads and writes them on whatever machine it runs. */
export function makeDriver(sdk, files) {
  hanami = sdk;
  const clients = new Map();
  const sessions = new Map();
  const tasks = new Map();

  const waited = async (task) => {
    let last;
    const info = await task.wait((news) => (last = news));
    return { id: info.id, state: info.state, done: last.done, total: last.total };
  };
  const saved = async (blob, { to, format } = {}) => {
    const content = new Uint8Array(await blob.arrayBuffer());
    if (to) await files.write(to, content);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
    const told = { bytes: content.length, sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
    return format === 'csv' ? { ...told, text: new TextDecoder().decode(content) } : told;
  };

  const specials = {
    connect: (_, { name, device_key: deviceKey, ...access }) => {
      clients.set(name, new hanami.Client({ ...access, ...(deviceKey ? { deviceKey } : {}) }));
      return name;
    },
    'uploads.send': (client, { content }) => client.uploads.send(content),
    'uploads.sendBroken': async (client, { path }) => {
      let last;
      const upload = await client.uploads.send(await files.read(path), { progress: (done) => (last = done) });
      return { ...upload, progress_ends_at: last };
    },
    'datasets.uploadCsv': (client, { name, content, ...how }) => client.datasets.uploadCsv(name, content, how),
    'datasets.uploadIdx': async (client, { name, images, labels }) =>
      client.datasets.uploadIdx(name, await files.read(images), await files.read(labels)),
    'datasets.download': async (client, { id }) => saved(await client.datasets.fetch(id)),
    'datasets.export': async (client, { id, format, ...what }) => saved(await client.datasets.fetchRows(id, format, what), { format }),
    'checkpoints.download': async (client, { id, to }) => saved(await client.checkpoints.fetch(id), { to }),
    'checkpoints.upload': async (client, { cluster, name, path }) => client.checkpoints.send(cluster, name, await files.read(path)),
    'clusters.train': async (client, { cluster, dataset, ...what }) => waited(await client.clusters.train(cluster, dataset, what)),
    'clusters.request': async (client, { cluster, dataset, inputs, result_name: resultName }) => {
      const task = await client.clusters.request(cluster, dataset, { inputs, resultName });
      return { ...(await waited(task)), result: await task.result() };
    },
    'tasks.start': async (client, { handle, cluster, dataset, ...what }) => {
      const task = await client.clusters.train(cluster, dataset, what);
      tasks.set(handle, task);
      return { id: task.id };
    },
    'tasks.wait': (_, { handle }) => waited(tasks.get(handle)),
    'tasks.events': async (client, { id }) => {
      let last;
      for await (const event of client.tasks.watch(id)) last = event;
      return { last };
    },
    'sessions.events': async (client, { cluster, session }) => {
      for await (const event of client.sessions.watch(cluster, session)) return event;
    },
    'session.open': async (client, { handle, cluster }) => {
      const session = await client.session(cluster);
      sessions.set(handle, session);
      return { id: session.id };
    },
    'session.learn': async (_, { handle, x, y }) => told(await sessions.get(handle).learn(values(x), values(y))),
    'session.learnAndAnswer': async (_, { handle, x, y }) => told(await sessions.get(handle).learnAndAnswer(values(x), values(y))),
    'session.request': async (_, { handle, x }) => told(await sessions.get(handle).request(values(x))),
    'session.keep': async (_, { handle, x }) => told(await sessions.get(handle).request(values(x), { keep: true })),
    'session.truth': async (_, { handle, request, y }) => told(await sessions.get(handle).truth(request, values(y))),
    'session.rest': (_, { handle }) => sessions.get(handle).rest(),
    'session.save': (_, { handle }) => sessions.get(handle).save(),
    'session.close': (_, { handle }) => sessions.get(handle).close(),
    'session.many': async (_, { handle, kind, samples }) => {
      const pairs = samples.map(([x, y]) => [values(x), values(y ?? 0)]);
      const kinds = { learnAndAnswer: 'learn-and-answer' };
      const answers = [];
      for await (const one of sessions.get(handle).sendMany(pairs, kinds[kind] ?? kind)) {
        answers.push(one instanceof hanami.ApiError ? failed(one).error : told(one));
      }
      return answers;
    },
  };

  return async ({ do: what, who, path, path_names: names, query, body, options, pages }) => {
    try {
      const client = clients.get(who);
      const special = specials[what];
      const ok = special ? await special(client, body ?? {}) : await operation(client, what, { path, names, query, body, options, pages });
      return { ok: ok ?? null };
    } catch (error) {
      return failed(error);
    }
  };
}

/** Calls any generated method by its name, as a program would; of lists, all pages. */
async function operation(client, what, { path, names, query, body, options, pages }) {
  const [group, verb] = what.split('.').map(CAMEL);
  const given = { path: Object.fromEntries(names.map((name, at) => [name, path[at]])), query, headers: {} };
  if (body !== null) given.body = typeof body === 'string' ? new Blob([body]) : body;
  if (options.version !== undefined) given.headers['If-Match'] = `"${options.version}"`;
  if (options.key) given.headers['Idempotency-Key'] = options.key;
  const call = (more) => client[group][verb]({ ...given, query: { ...query, ...more } });
  if (!pages) {
    const answer = await call({});
    return answer === '' || (answer && typeof answer === 'object' && Object.keys(answer).length === 0) ? null : answer;
  }
  const items = [];
  for await (const item of client.all(call)) items.push(item);
  return items;
}

/** Reads values as the table writes them: `{"u1": …}` is bytes. */
function values(given) {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given;
  if ('u1' in given) return new Uint8Array(given.u1);
  return Object.fromEntries(Object.entries(given).map(([name, part]) => [name, values(part)]));
}

function told(answer) {
  const { outputs, loss, novelty, requestId } = answer;
  const parts = outputs && Object.keys(outputs).sort().map((name) => outputs[name]);
  return { outputs: parts, loss: Number.isNaN(loss) ? null : loss, novelty, request_id: requestId };
}

function failed(error) {
  if (!(error instanceof hanami.HanamiError)) return { broken: `${error?.stack ?? error}` };
  const kind = error.name.replace(/Error$/, '').replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  const about = { kind };
  if (error instanceof hanami.ApiError) {
    Object.assign(about, { status: error.status, title: error.title, detail: error.detail, errors: error.errors });
  }
  if (error instanceof hanami.SessionClosedError) about.code = error.code;
  return { error: about };
}
