// What can be known of the container without an engine: the lines of its files, and that the health check works.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { parse } from 'yaml';
import { read } from '../lib/repository.mjs';

const dockerfile = read('Dockerfile').replaceAll(/\\\n\s*/g, '');
const lines = dockerfile.split('\n').filter(line => line && !line.startsWith('#'));
const last = word => lines.filter(line => line.startsWith(`${word} `)).at(-1)?.slice(word.length + 1);
const { services } = parse(read('compose.yaml'));
const skip = process.platform === 'win32' || spawnSync('bash', ['--version']).status !== 0;

test('the last stage is the runtime, runs as nobody special and starts without a shell', () => {
  assert.match(last('FROM'), /^mcr\.microsoft\.com\/dotnet\/aspnet:10\.0/);
  assert.equal(last('USER'), '$APP_UID');
  assert.ok(lines.findIndex(line => line.startsWith('USER')) > lines.findLastIndex(line => /^(COPY|RUN)/.test(line)));
  // In any working directory: compose starts it in the folder of gateway.json.
  assert.deepEqual(JSON.parse(last('ENTRYPOINT')), ['dotnet', '/app/Gateway.LocalHost.dll']);
  assert.doesNotMatch(lines.join('\n'), /\b(curl|wget|apt-get|ADD )\b/);
});

test('the gateway and its command line are one publish, and gw is on the path without a build in the last stage', () => {
  assert.match(dockerfile, /dotnet publish src\/Gateway\.Cli [^\n]*--output \/app\n/);
  assert.ok(lines.includes('COPY --from=build /usr/local/bin/gw /usr/local/bin/gw'));
  // Another architecture's programs do not run here, so what comes after the last FROM only copies.
  assert.doesNotMatch(lines.slice(lines.findLastIndex(line => line.startsWith('FROM'))).join('\n'), /^RUN /m);
});

test('the script that is gw passes on what it is given', { skip }, () => {
  const [, format] = /printf '(.*)' > \/usr\/local\/bin\/gw/.exec(dockerfile);
  const script = format.replaceAll('\\n', '\n').replace('exec dotnet', 'printf "%s|"');
  assert.equal(spawnSync('sh', ['-c', script, 'gw', 'keys', 'create', '--team', 'a b']).stdout.toString(), '/app/Gateway.Cli.dll|keys|create|--team|a b|');
});

test('compose gives it the folder of gateway.json, read-only, so that a file that is not there or is replaced is no matter', () => {
  const { volumes, working_dir, environment } = services.gateway;
  assert.deepEqual(volumes, [{ type: 'bind', source: '.', target: '/config', read_only: true }]);
  assert.equal(working_dir, '/config');
  // Named, it would have to be there.
  assert.equal(environment.Gateway__ConfigFile, undefined);
});

test('nothing secret and no build output reaches the builder', () => {
  const ignored = read('.dockerignore').split('\n').filter(line => line && !line.startsWith('#'));
  assert.equal(ignored[0], '*');
  for (const pattern of ['**/local.settings.json', '**/gateway.json', '**/.env', '**/bin/', '**/obj/']) {
    assert.ok(ignored.includes(pattern), pattern);
  }
});

test('compose runs it read-only, without rights, on this machine only', () => {
  const { read_only, cap_drop, security_opt, tmpfs, ports } = services.gateway;
  assert.deepEqual({ read_only, cap_drop, security_opt, tmpfs },
    { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], tmpfs: ['/tmp'] });
  for (const port of [...ports, ...services.azurite.ports]) {
    assert.match(port, /^127\.0\.0\.1:/);
  }
});
for (const [status, code] of [[200, 0], [503, 1]]) {
  test(`the health check ends with ${code} when /health answers ${status}`, { skip }, async () => {
    const server = createServer((request, response) => response.writeHead(request.url === '/health' ? status : 404).end('x'));
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    const [command, ...args] = JSON.parse(/CMD (\[.*\])$/.exec(last('HEALTHCHECK'))[1])
      .map(part => part.replace('/7071', `/${server.address().port}`));
    const ended = await new Promise(done => spawn(command, args).on('close', done));
    server.close();
    assert.equal(ended, code);
  });
}

test('the health check fails when nothing listens', { skip }, async () => {
  const [command, ...args] = JSON.parse(/CMD (\[.*\])$/.exec(last('HEALTHCHECK'))[1]).map(part => part.replace('/7071', '/1'));
  assert.notEqual(await new Promise(done => spawn(command, args).on('close', done)), 0);
});
