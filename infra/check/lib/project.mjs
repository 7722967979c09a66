// The files that the checks look at. `changed` lays texts over them, so that a test can break a copy.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from './bicep.mjs';

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !['node_modules', 'check'].includes(entry.name)) {
      yield* filesUnder(path);
    } else if (entry.isFile()) {
      yield path;
    }
  }
}

export function loadProject(changed = {}) {
  const read = path => {
    if (path in changed) {
      return changed[path];
    }
    const full = join(repository, path);
    return existsSync(full) ? readFileSync(full, 'utf8').replaceAll('\r\n', '\n') : null;
  };
  const infra = [...filesUnder(join(repository, 'infra'))].map(path => relative(repository, path).replaceAll('\\', '/'));
  const paths = [...new Set([...infra, ...Object.keys(changed)])].filter(path => read(path) !== null).sort();
  const files = paths.filter(path => path.endsWith('.bicep')).map(path => parse(path, read(path)));
  return {
    read, paths, files,
    main: files.find(file => file.path === 'infra/main.bicep'),
    /** The file that a module of `file` names. */
    moduleFile: (file, module) => files.find(other => other.path === posix.join(posix.dirname(file.path), module.path ?? '')),
  };
}

/** One thing that is wrong, at a node or a line of a file. */
export function finding(rule, path, at, message) {
  const position = typeof at === 'number' ? { row: at - 1, column: 0 } : at?.startPosition ?? { row: 0, column: 0 };
  return { rule, path, line: position.row + 1, column: position.column + 1, message };
}
