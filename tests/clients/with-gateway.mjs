// Runs a command with a scripted upstream (upstream/) and a gateway before it, both on free ports, and ends with its result:
//   node with-gateway.mjs node --test sdks.test.mjs
// It gives BASE_URL (without /v1), API_KEY and UPSTREAM_URL. LOCAL_HOST=<path of Gateway.LocalHost.dll>: another build of it.
import { spawn } from 'node:child_process';
import path from 'node:path';

const here = import.meta.dirname;
const key = 'mgw_dev_clients';
const forms = (process.env.FORMS ?? 'chat,messages,responses').split(',');
const children = [];

const start = (command, args, env, mark) => {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  children.push(child);
  return new Promise((found, failed) => {
    let text = '';
    child.on('exit', (code) => failed(new Error(`${args[0]} ended with ${code}: ${text}`)));
    child.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      const [, url] = mark.exec(text) ?? [];
      if (url) {
        found(url);
      }
    });
  });
};

const upstream = await start('node', [path.join(here, 'upstream/server.mjs')], {}, /listening on (\S+)\n/);
const gateway = await start('dotnet', [process.env.LOCAL_HOST ?? path.join(here, '../../artifacts/bin/Gateway.LocalHost/debug/Gateway.LocalHost.dll')], {
  ASPNETCORE_URLS: 'http://127.0.0.1:0',
  Gateway__DevKey: key,
  ...settings(upstream),
}, /Gateway listens on (\S+)/);

const [command, ...args] = process.argv.slice(2);
const run = spawn(command, args, { stdio: 'inherit', env: { ...process.env, BASE_URL: gateway, API_KEY: key, UPSTREAM_URL: upstream } });
run.on('exit', (code) => {
  children.forEach((child) => child.kill());
  process.exit(code ?? 1);
});

/** For each form that upstreams speak a provider, a model, one for streams that break, and one with a price; Clients/ThroughGateway.cs says the same. */
function settings(url) {
  const all = { Gateway__Upstream__PingSeconds: '0.2' };
  const providers = [
    { form: 'chat', kind: 'openai', address: `${url}/v1`, target: 'gpt-5-mini' },
    { form: 'messages', kind: 'anthropic', address: url, target: 'claude-sonnet-4-5' },
    { form: 'responses', kind: 'openai', address: `${url}/v1`, target: 'gpt-5.2' },
  ];
  let models = 0;
  const addModel = (id, target) => {
    all[`Gateway__Models__${models}__Id`] = id;
    all[`Gateway__Models__${models++}__Targets__0`] = target;
  };
  for (const { form, kind, address, target } of providers.filter(({ form }) => forms.includes(form))) {
    const provider = `Gateway__Providers__${form}__`;
    Object.assign(all, { [`${provider}Kind`]: kind, [`${provider}BaseUrl`]: address, [`${provider}ApiKey`]: `sk-${form}` });
    if (form === 'responses') {
      all[`${provider}Api`] = 'responses';
    }

    addModel(`over-${form}`, `${form}/${target}`);
    addModel(`claude-over-${form}`, `${form}/${target}`);
    addModel(`broken-over-${form}`, `${form}/${target}-broken`);
    addModel(`priced-over-${form}`, `${form}/${target}-priced`);
    Object.assign(all, { [`Gateway__Models__${models - 1}__Price__Input`]: '10', [`Gateway__Models__${models - 1}__Price__Output`]: '10' });
  }

  return all;
}
