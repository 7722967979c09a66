// .ci/audit against stand-ins for dotnet and npm: what is vulnerable fails, what cannot be known is said.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../lib/repository.mjs';

const skip = process.platform === 'win32';
const flaw = '{"packages":[{"id":"X","vulnerabilities":[{"severity":"High"}]}]}';
const clean = '{"projects":[]}';
const safe = '{"vulnerabilities":{},"metadata":{}}';

/** Runs the audit; `known` answers for the package with the old flaw, `nuget` for ours. */
function audit({ known = flaw, nuget = clean, npm = safe }) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
  const say = text => text === null ? 'exit 1' : `echo '${text}'`;
  const write = (name, script) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  write('dotnet', `case "$*" in *known.csproj*) ${say(known)} ;; *json) ${say(nuget)} ;; *) echo '   > X 1.0.0 High' ;; esac`);
  write('npm', `${say(npm)}; exit 1`);
  return spawnSync('bash', ['.ci/audit'], { cwd: repository, encoding: 'utf8', env: { ...process.env, PATH: folder + delimiter + process.env.PATH } });
}

const cases = [
  ['packages without a known flaw pass', {}, 0, /NuGet: no known vulnerability\nnpm, infra\/check\/package-lock.json: no known[^]*npm, tests\/clients/],
  ['a vulnerable package of NuGet fails', { nuget: flaw }, 1, /NuGet: VULNERABLE\n +> X 1\.0\.0 High/],
  ['a source without data is said', { known: clean, nuget: clean }, 0, /NuGet: NOT CHECKED, the source has no data/],
  ['a source that does not answer is said', { known: null }, 0, /NuGet: NOT CHECKED, the source did not answer/],
  ['a source that stops answering is said', { nuget: null }, 0, /NuGet: NOT CHECKED, the source did not answer/],
  ['a vulnerable package of npm fails', { npm: '{"vulnerabilities":{"x":{"name":"x","severity":"low","range":"<2"}},"metadata":{}}' }, 1, /VULNERABLE\n {2}> x <2: low/],
  ['a registry of npm without data is said', { npm: '{"statusCode":405}' }, 0, /NOT CHECKED, the registry answered 405/],
  ['a registry of npm that does not answer is said', { npm: null }, 0, /NOT CHECKED, the registry answered nothing/],
];
for (const [name, answers, status, words] of cases) {
  test(`audit: ${name}`, { skip }, () => {
    const result = audit(answers);
    assert.match(result.stdout, words);
    assert.equal(result.status, status, result.stderr);
  });
}
