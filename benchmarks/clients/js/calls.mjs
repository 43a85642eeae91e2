// Measures what a call takes with the SDK, and with fetch alone: microseconds, round by round.
import { Client } from '../../../sdk/js/dist/index.js';

const [url, token, cluster, rounds, calls] = process.argv.slice(2);
const client = new Client({ url, token });
const told = { bare: [], sdk: [] };

async function measure(call) {
  const began = performance.now();
  for (let number = 0; number < Number(calls); number++) await call();
  return ((performance.now() - began) * 1000) / Number(calls);
}

for (let round = 0; round < Number(rounds); round++) {
  told.bare.push(
    await measure(async () => {
      const response = await fetch(`${url}/v1/clusters/${cluster}`, { headers: { Authorization: `Bearer ${token}` } });
      await response.json();
    }),
  );
  told.sdk.push(await measure(() => client.clusters.get({ path: { cluster_id: cluster } })));
}
console.log(JSON.stringify(told));
