// Steps come as lines of JSON, and each is answered with one.
import { createInterface } from 'node:readline';

export async function serve(take) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await take(JSON.parse(line)))}\n`);
  }
}
