// azure.yaml, the parameter file and the hooks against the templates.
import { parse } from 'yaml';
import { placeholder } from '../lib/scenarios.mjs';

const services = ['posix', 'windows'];

export async function azd(project) {
  const findings = [];
  const add = message => findings.push({ where: 'azure.yaml', message });
  let config;
  try {
    config = parse(project.read('azure.yaml'));
  } catch (error) {
    add(error.message.split('\n')[0]);
    return findings;
  }
  const named = Object.entries(config.services ?? {});
  if (!config.name || named.length !== 1) {
    add('azure.yaml has a name and one service');
    return findings;
  }
  const [name, { project: folder, language, host }] = named[0];
  if (language !== 'dotnet' || host !== 'function') {
    add('the service has language: dotnet and host: function');
  }
  const file = `${folder.replace(/^\.\//, '')}/${folder.split('/').at(-1)}.csproj`;
  if (project.read(file) === null) {
    add(`there is no ${file}`);
  }
  const resources = await project.resources('plain');
  const tagged = resources.filter(({ tags }) => tags?.['azd-service-name']);
  if (tagged.length !== 1 || tagged[0].tags['azd-service-name'] !== name) {
    add(`exactly one resource has the tag azd-service-name: '${name}'`);
  }
  for (const [hook, shells] of Object.entries(config.hooks ?? {})) {
    for (const system of services) {
      const { run, interactive } = shells?.[system] ?? {};
      if (!run || project.read(run.replace(/^\.\//, '')) === null) {
        add(`hook ${hook} runs '${run}' on ${system}: no such file`);
      } else if (interactive !== true) {
        add(`hook ${hook} on ${system} is not interactive: azd would wipe what it prints`);
      }
    }
  }
  return findings;
}

/** The compiler knows names and types; what azd puts into the text first is checked here. */
export async function parameters(project) {
  const path = 'infra/main.parameters.json';
  let values;
  try {
    values = JSON.parse(project.read(path)).parameters;
  } catch (error) {
    return [{ where: path, message: error.message }];
  }
  const wrong = Object.entries(values)
    .filter(([, { value }]) => typeof value === 'string' && value.includes('$') && !placeholder.test(value))
    .map(([name, { value }]) => ({ where: `${path}, ${name}`, message: `'${value}' is no \${NAME} or \${NAME=default}` }));
  const said = await project.parameterProblems('plain');
  return [...wrong, ...said.map(({ level, code, message }) => ({ where: path, message: `${level} ${code}: ${message}` }))];
}

// azd itself sets these, the first key's hook one, and GitHub holds one as a secret.
const known = ['AZURE_ENV_NAME', 'AZURE_SUBSCRIPTION_ID', 'AZURE_CLIENT_ID', 'AZURE_LOCATION', 'AZURE_TENANT_ID', 'AZURE_PRINCIPAL_TYPE',
  'GATEWAY_FIRST_KEY_ID', 'GATEWAY_SMOKE_KEY'];

/** Hooks and workflows read what the deployment put out: each such name is an output of main.bicep. */
export async function outputs(project) {
  const names = new Set([...Object.keys((await project.template()).outputs), ...known]);
  return [...project.paths.filter(path => path.startsWith('infra/hooks/')), '.github/workflows/cd.yml'].flatMap(path =>
    project.read(path).split('\n').flatMap((line, i) =>
      [...line.matchAll(/\b((?:AZURE|GATEWAY)_[A-Z_]*[A-Z])\b/g)]
        .filter(([, name]) => !names.has(name))
        .map(([, name]) => ({ where: `${path}:${i + 1}`, message: `'${name}' is no output of main.bicep` }))));
}
