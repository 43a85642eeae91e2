// Compiles src into dist, which is not in the repository: npm runs this when the package is packed, published, or installed
// from a folder.  For a folder, npm does not install what the compiler needs; then this does.
import { execFileSync, execSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { execPath } from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const cwd = fileURLToPath(new URL('.', import.meta.url));
const stdio = ['ignore', 2, 2]; // the output of `npm pack` is the name of the package, and nothing else

function find(name) {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

const needed = ['typescript/bin/tsc', '@types/node/package.json', '@types/ws/package.json'];
if (!needed.every(find)) {
  // The flags undo what the outer npm hands down to programs that it starts: --global, --omit=dev, --dry-run, …
  execSync('npm ci --ignore-scripts --include=dev --no-global --no-dry-run --no-workspaces --no-progress', { cwd, stdio });
}
// Nothing is written where nothing changed: somebody may be reading dist.
const options = ['-p', '.', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
execFileSync(execPath, [find(needed[0]), ...options], { cwd, stdio });
