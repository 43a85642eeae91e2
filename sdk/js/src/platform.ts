/** Where this runs: in Node, or in a browser. */
interface Platform {
  process?: { env: Partial<Record<string, string>>; versions?: { node?: string } };
}

/** The environment of a Node process; undefined in a browser. */
export function nodeEnvironment(): Partial<Record<string, string>> | undefined {
  const { process } = globalThis as Platform;
  return process?.versions?.node ? process.env : undefined;
}
