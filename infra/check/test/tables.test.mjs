// Backup and restore against Azurite, as the .NET tests have installed it, or as AZURITE names it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository } from '../lib/repository.mjs';

const azurite = process.env.AZURITE ?? join(repository, 'tests/clients/node_modules/.bin/azurite-table');
const skip = spawnSync(azurite, ['--version']).status === 0 ? false : 'Azurite is not installed: build the .NET tests first';
// Azurite's own account, the same everywhere.
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
let server;
let storage;

before(async () => {
  if (skip) return;
  const port = await new Promise(done => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => done(free));
    });
  });
  server = spawn(azurite, ['--tablePort', String(port), '--location', mkdtempSync(join(tmpdir(), 'azurite-')), '--skipApiVersionCheck', '--disableTelemetry'], { stdio: 'pipe' });
  await new Promise(done => server.stdout.on('data', text => String(text).includes('successfully') && done()));
  storage = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};TableEndpoint=http://127.0.0.1:${port}/devstoreaccount1;`;
});
after(() => server?.kill());

const run = (action, folder) => {
  const result = spawnSync(process.execPath, [join(repository, 'infra/tables.mjs'), action, folder],
    { encoding: 'utf8', env: { ...process.env, GatewayStorage: storage } });
  assert.equal(result.status, 0, result.stderr);
  return result.stdout;
};

test('what is restored and saved again is what was saved: types, odd keys, more rows than one page', { skip, timeout: 120_000 }, () => {
  const first = mkdtempSync(join(tmpdir(), 'tables-'));
  const second = mkdtempSync(join(tmpdir(), 'tables-'));
  const rows = Array.from({ length: 1203 }, (_, i) => ({ PartitionKey: 'p', RowKey: String(i).padStart(5, '0'), N: i }));
  rows.push({
    PartitionKey: "it's odd, as keys go", RowKey: 'é:&+=@ (1)', Text: 'ü "quoted"', Whole: 7, Yes: true, Part: 0.5, Json: '{"a":1.0}',
    'Double@odata.type': 'Edm.Double', Double: 12, 'Zero@odata.type': 'Edm.Double', Zero: 0, 'Less@odata.type': 'Edm.Double', Less: -3,
    'Big@odata.type': 'Edm.Int64', Big: '9007199254740993', 'When@odata.type': 'Edm.DateTime', When: '2026-08-21T10:11:12.1234567Z',
    'Raw@odata.type': 'Edm.Binary', Raw: 'AQID', 'Id@odata.type': 'Edm.Guid', Id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  });
  writeFileSync(join(first, 'usage.jsonl'), rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  writeFileSync(join(first, 'spend.jsonl'), '');
  assert.match(run('restore', first), /usage: 1204 rows written/);
  assert.match(run('restore', first), /usage: 1204 rows written/);
  assert.match(run('backup', second), /usage: 1204 rows saved/);
  assert.deepEqual(readdirSync(second).sort(), ['spend.jsonl', 'usage.jsonl']);
  const read = folder => readFileSync(join(folder, 'usage.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line));
  const sorted = list => list.sort((a, b) => `${a.PartitionKey} ${a.RowKey}` < `${b.PartitionKey} ${b.RowKey}` ? -1 : 1);
  assert.deepEqual(sorted(read(second)), sorted(rows));
});
