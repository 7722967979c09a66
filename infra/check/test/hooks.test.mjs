// Runs the hook and the smoke test against stand-ins for dotnet, azd and the gateway.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../lib/repository.mjs';
import { powershell } from '../lib/tools.mjs';

const works = (command, ...args) => spawnSync(command, args).status === 0;
const windows = process.platform === 'win32';
const shells = {
  sh: { skip: windows, command: ['sh', 'infra/hooks/first-key.sh'] },
  pwsh: { skip: windows, command: [...windows ? [] : powershell(), '-NoProfile', '-File', 'infra/hooks/first-key.ps1'] },
};

/** Runs the hook with a `dotnet` that fails some times before it answers as the command line does. */
function hook(shell, { failures = 0, ...env }) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-hook-'));
  const log = join(folder, 'log');
  const write = (name, text) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  writeFileSync(join(folder, 'count'), '0');
  write('dotnet', `echo "dotnet $* [$GatewayStorage__tableServiceUri]" >> "${log}"
n=$(cat "${folder}/count"); echo $((n + 1)) > "${folder}/count"
[ "$n" -lt ${failures} ] && exit 1
echo "Gateway.csproj : warning NU1603: as a first build may say"
printf '{\\n  "id": "k_7",\\n  "name": "first",\\n  "key": "gw_secret-7"\\n}\\n'`);
  write('azd', `echo "azd $*" >> "${log}"`);
  writeFileSync(log, '');
  const [command, ...args] = shells[shell].command;
  const { CI, GATEWAY_FIRST_KEY_ID, ...outer } = process.env;
  const result = spawnSync(command, args, {
    cwd: repository, encoding: 'utf8',
    env: {
      ...outer, PATH: folder + delimiter + process.env.PATH, AZURE_ENV_NAME: 'blue', FIRST_KEY_PAUSE: '0',
      GATEWAY_URL: 'https://gateway.example', GATEWAY_TABLE_ENDPOINT: 'https://tables.example/', ...env,
    },
  });
  return { ...result, log: readFileSync(log, 'utf8') };
}

for (const [shell, { skip }] of Object.entries(shells)) {
  test(`${shell}: the first key is made in the deployed tables and its lines are printed`, { skip }, () => {
    const { status, stdout, log } = hook(shell, {});
    assert.equal(status, 0);
    assert.match(log, /^dotnet run --project src\/Gateway.Cli -- keys create --team blue --name first --json \[https:\/\/tables.example\/\]$/m);
    assert.match(log, /^azd env set GATEWAY_FIRST_KEY_ID k_7$/m);
    assert.match(stdout, /ANTHROPIC_BASE_URL ?= ?["']https:\/\/gateway.example["']/);
    assert.match(stdout, /ANTHROPIC_AUTH_TOKEN ?= ?["']gw_secret-7["']/);
    assert.match(stdout, /ANTHROPIC_API_KEY ?= ?(""|'')/);
  });
  test(`${shell}: a refusal is tried again, since roles need time`, { skip }, () => {
    const { stdout, stderr } = hook(shell, { failures: 2 });
    assert.match(stderr, /attempt 2/);
    assert.match(stdout, /gw_secret-7/);
  });
  test(`${shell}: without rights the deployment still counts, and the way on is said`, { skip }, () => {
    const { status, stderr, stdout } = hook(shell, { failures: 9, FIRST_KEY_ATTEMPTS: '3' });
    assert.equal(status, 0);
    assert.match(stderr, /No key could be made/);
    assert.doesNotMatch(stdout, /ANTHROPIC/);
  });
  test(`${shell}: a second deployment makes no second key`, { skip }, () => assert.equal(hook(shell, { GATEWAY_FIRST_KEY_ID: 'k_1' }).log, ''));
  test(`${shell}: a pipeline gets no key into its log`, { skip }, () => assert.equal(hook(shell, { CI: 'true' }).log, ''));
}

/** Runs the smoke test against a gateway that answers as told; it serves Claude Code's model, or those that are said. */
async function smoke(answers, env = {}) {
  const serves = answers.serves ?? ['claude-haiku-4-5'];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) {
      text += piece;
    }
    const answer = () => serves.includes(JSON.parse(text).model) ? [200, answers.stream] : [404, `no model ${JSON.parse(text).model}`];
    const [status, body] = request.url === '/health' ? [answers.health, 'ok']
      : !request.headers['x-api-key'] ? [answers.refusal, '{}']
        : request.url === '/v1/models' ? [200, JSON.stringify({ data: [], first_id: serves[0] ?? null, last_id: serves.at(-1) ?? null })] : answer();
    response.writeHead(status).end(body);
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  try {
    return await new Promise(done => execFile('bash', ['infra/smoke-test', `http://127.0.0.1:${server.address().port}/`],
      { cwd: repository, env: { ...process.env, SMOKE_ATTEMPTS: '2', SMOKE_PAUSE: '0', ...env } },
      (error, stdout, stderr) => done({ status: error?.code ?? 0, stdout, stderr })));
  } finally {
    server.close();
  }
}

const whole = 'event: message_start\ndata: {}\n\nevent: message_stop\ndata: {}\n\n';
const skip = windows || !works('curl', '--version');
const cases = [
  ['a gateway that works passes', { health: 200, refusal: 401, stream: whole }, { SMOKE_KEY: 'k' }, 0, /message_start to message_stop/],
  ['without a key no message is sent', { health: 200, refusal: 401, stream: whole }, {}, 0, /no message was sent/],
  ['a gateway that does not start fails', { health: 503, refusal: 401, stream: whole }, {}, 1, /does not answer 200/],
  ['a gateway that lets anyone in fails', { health: 200, refusal: 200, stream: whole }, {}, 1, /got 200, not 401/],
  ['a stream that breaks off fails', { health: 200, refusal: 401, stream: 'event: message_start\n\n' }, { SMOKE_KEY: 'k' }, 1, /not whole/],
  ['a gateway without models of Claude is asked for one of its own', { health: 200, refusal: 401, stream: whole, serves: ['gpt-5', 'gpt-4'] }, { SMOKE_KEY: 'k' }, 0, /stream of gpt-5: message_start to message_stop/],
  ['the model may be named', { health: 200, refusal: 401, stream: whole, serves: ['gpt-5', 'gpt-4'] }, { SMOKE_KEY: 'k', SMOKE_MODEL: 'gpt-4' }, 0, /stream of gpt-4/],
  ['a named model that is not there fails with the gateway\'s words', { health: 200, refusal: 401, stream: whole }, { SMOKE_KEY: 'k', SMOKE_MODEL: 'gpt-4' }, 1, /gpt-4: the answer is 404: no model gpt-4/],
  ['a gateway that lists no model says what to set', { health: 200, refusal: 401, stream: whole, serves: [] }, { SMOKE_KEY: 'k' }, 1, /set SMOKE_MODEL/],
];
for (const [name, answers, env, status, words] of cases) {
  test(`smoke test: ${name}`, { skip }, async () => {
    const result = await smoke(answers, env);
    assert.equal(result.status, status);
    assert.match(result.stdout + result.stderr, words);
  });
}
