// The files of this repository as they are on disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The text of a file, with line feeds only; null when there is none. */
export function read(path) {
  const full = join(repository, path);
  return existsSync(full) ? readFileSync(full, 'utf8').replaceAll('\r\n', '\n') : null;
}

/** The paths of all files below a folder, without what is installed. */
export const filesUnder = folder => readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => relative(repository, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
  .filter(path => !path.includes('node_modules/'))
  .sort();
