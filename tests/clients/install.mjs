// Installs what package-lock.json says into node_modules, once, also when several builds ask for it at the same time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
const lock = '.install-lock';
const stamp = 'node_modules/.stamp';
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');

while (!taken()) {
  await sleep(300);
}

try {
  if (read(stamp) !== wanted) {
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'inherit', shell: true });
    process.exitCode = npm.status ?? 1;
  }

  if (!process.exitCode) {
    writeFileSync(stamp, wanted); // Also when it was right: the build compares times.
  }
} finally {
  rmSync(lock, { force: true });
}

function taken() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isAlive(Number(read(lock)))) {
      rmSync(lock, { force: true });
    }

    return false;
  }
}

function isAlive(pid) {
  try {
    return pid > 0 ? process.kill(pid, 0) : true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
