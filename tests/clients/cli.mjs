// Programs as clients: each in an empty home and folder, with nothing but the gateway that it could reach.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A PNG of one red point. */
export const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');

/** An empty home with a folder to work in; both are gone after the test. Files: path below the home, and content. */
export function emptyHome(t, files = {}) {
  const home = mkdtempSync(path.join(os.tmpdir(), 'client-'));
  t.after(() => {
    endAllOf(home);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  mkdirSync(path.join(home, 'project'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), content);
  }

  return home;
}

/** Some programs leave a helper running; it is known by the home that it was started for. */
function endAllOf(home) {
  const processes = existsSync('/proc/self/cmdline') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  for (const id of processes) {
    try {
      if (readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(home)) {
        process.kill(Number(id), 'SIGKILL');
      }
    } catch {
      // It has ended meanwhile, or is not ours.
    }
  }
}

/** Runs a program in such a home until it ends. */
export async function run(home, [program, ...args], env) {
  const child = spawn(program, args, {
    cwd: path.join(home, 'project'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH, HOME: home, USERPROFILE: home, LANG: 'C.UTF-8', TERM: 'dumb', SHELL: '/bin/bash',
      HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost',
      https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9', no_proxy: '127.0.0.1,localhost',
      ...env,
    },
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (piece) => (text.out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece) => (text.err += piece));
  // It only keeps a program that hangs from hanging for ever: no machine that works is so busy.
  const patience = setTimeout(() => child.kill('SIGKILL'), 1000 * (process.env.PATIENCE_SECONDS ?? 600));
  const code = await new Promise((ended) => child.on('close', ended));
  clearTimeout(patience);
  return { code, ...text, all: `exit ${code}\n${text.out}\n${text.err}` };
}

/** The objects among the lines that a program has written. */
export const jsonLines = (text) =>
  text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });

/** The program of an npm package that has one for each system. */
export function platformFile(folder, ...candidates) {
  const system = process.platform;
  const file = candidates.map((name) => path.join(folder, name.replaceAll('{system}', system).replaceAll('{cpu}', process.arch))).find((name) => existsSync(name));
  if (!file) {
    throw new Error(`None of ${candidates} is in ${folder} for ${system} ${process.arch}.`);
  }

  return file;
}
