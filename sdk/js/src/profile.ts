/** Where the server is and who asks: arguments count most, then the environment, then a profile. */
import { ConfigurationError } from './errors.js';
import { nodeEnvironment } from './platform.js';

/** Who asks where. */
export interface Access {
  /** Address of the server. */
  url?: string;
  /** Who to log in as, with `password`, at the first request. */
  user?: string;
  password?: string;
  /** A token instead; it is not renewed. */
  token?: string;
  /** The key of a device instead. */
  deviceKey?: string;
  /** The project to work in; left out, the first of the user's. */
  project?: string;
}

type Field = keyof Access;
type Known = Partial<Record<string, string>>;

const WAYS: readonly (readonly Field[])[] = [['token'], ['deviceKey'], ['user', 'password']];
const FIELDS: readonly Field[] = ['url', 'project', 'token', 'deviceKey', 'user', 'password'];
const NAMES: Record<Field, string> = {
  url: 'url',
  project: 'project',
  token: 'token',
  deviceKey: 'device_key',
  user: 'user',
  password: 'password',
};

/**
 * Adds to what was given what the environment says (`HANAMI_URL`, `HANAMI_USER`, …) and what a profile says: one of
 * `~/.config/hanami/profiles.json`, which all clients read. Browsers have neither.
 */
export async function completed(given: Access, profile?: string): Promise<Access> {
  const env = nodeEnvironment();
  if (!env) return given;
  const known: Access = { ...given };
  const environment: Known = {};
  for (const field of FIELDS) environment[NAMES[field]] = env[`HANAMI_${NAMES[field].toUpperCase()}`];
  for (const source of [environment, await readProfile(profile ?? env.HANAMI_PROFILE, env)]) {
    for (const field of FIELDS) {
      const value = source[NAMES[field]];
      if (value && !known[field] && fits(field, known)) known[field] = value;
    }
  }
  return known;
}

/** Says whether a value belongs to what is known: the token of one and the password of another are no way in. */
function fits(field: Field, known: Access): boolean {
  const begun = WAYS.find((way) => way.some((part) => known[part]));
  return !begun || begun.includes(field) || !WAYS.some((way) => way.includes(field));
}

async function readProfile(wanted: string | undefined, env: Known): Promise<Known> {
  const { readFile } = await import('node:fs/promises');
  const { homedir } = await import('node:os');
  const paths = await import('node:path');
  const home = env.XDG_CONFIG_HOME || paths.join(homedir(), '.config');
  const path = env.HANAMI_CONFIG || paths.join(home, 'hanami', 'profiles.json');
  let text: string | undefined;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new ConfigurationError(`${path} cannot be read`, { cause: error });
  }
  const { current, profiles } = text === undefined ? { current: undefined, profiles: {} } : parsed(path, text);
  const name = wanted ?? current;
  if (name === undefined) return {};
  const profile = profiles[name];
  if (!profile) throw new ConfigurationError(`${path} has no profile ${JSON.stringify(name)}`);
  return profile;
}

function parsed(path: string, text: string): { current?: string; profiles: Record<string, Known> } {
  try {
    const content = JSON.parse(text) as { current?: string; profiles: Record<string, Known> };
    if (typeof content.profiles === 'object') return content;
  } catch (error) {
    throw new ConfigurationError(`${path}: expected profiles as JSON`, { cause: error });
  }
  throw new ConfigurationError(`${path}: expected profiles as JSON`);
}
