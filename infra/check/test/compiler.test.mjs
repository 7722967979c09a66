// The checks ask a real compiler when there is one; here a stand-in says what it would say.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const skip = process.platform === 'win32';

function checkWith(script) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bicep-'));
  writeFileSync(join(folder, 'bicep'), `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${script}\n`);
  chmodSync(join(folder, 'bicep'), 0o755);
  const check = join(dirname(fileURLToPath(import.meta.url)), '..', 'check.mjs');
  return spawnSync(process.execPath, [check], { encoding: 'utf8', env: { ...process.env, PATH: folder + delimiter + process.env.PATH } });
}

test('what the compiler refuses fails the check', { skip }, () => {
  const { status, stdout } = checkWith('echo "main.bicep(3,7) : Error BCP018: Expected the \\"=\\" character" >&2; exit 1');
  assert.equal(status, 1);
  assert.match(stdout, /^FAIL compiler: infra\/main\.bicep\n {5}main\.bicep\(3,7\) : Error BCP018/m);
});

test('what it only warns of is shown', { skip }, () => {
  const { status, stdout } = checkWith('echo "main.bicep(3,7) : Warning BCP081: no types" >&2; echo "{}"');
  assert.equal(status, 0);
  assert.match(stdout, /^ok {3}compiler: infra\/main\.bicep\n {5}main\.bicep\(3,7\) : Warning BCP081/m);
});
