// azure.yaml, the parameter file and the hooks against main.bicep.
import { parse } from 'yaml';
import { descendants, literal, properties, valueAt } from '../lib/bicep.mjs';
import { finding } from '../lib/project.mjs';
import { kindOfType } from '../lib/values.mjs';

export function azd(project) {
  const findings = [];
  const add = (path, line, message) => findings.push(finding('azd', path, line, message));
  service(project, add);
  parameters(project, add);
  hooks(project, add);
  return findings;
}

const lineOf = (text, part) => text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length;

function service(project, add) {
  const path = 'azure.yaml';
  let config;
  try {
    config = parse(project.read(path) ?? '');
  } catch (error) {
    add(path, error.linePos?.[0].line ?? 1, error.message.split('\n')[0]);
    return;
  }
  const services = Object.entries(config?.services ?? {});
  if (!config?.name || services.length !== 1) {
    add(path, 1, 'azure.yaml has a name and one service');
    return;
  }
  const [name, { project: folder, language, host }] = services[0];
  if (language !== 'dotnet' || host !== 'function') {
    add(path, lineOf(project.read(path), 'services:'), 'the service has language: dotnet and host: function');
  }
  const project_ = `${String(folder).replace(/^\.\//, '')}/${String(folder).split('/').at(-1)}.csproj`;
  if (project.read(project_) === null) {
    add(path, lineOf(project.read(path), 'project:'), `there is no ${project_}`);
  }
  const tags = project.files.flatMap(file => [...descendants(file.root, 'object')].flatMap(properties)
    .filter(({ key }) => key === 'azd-service-name').map(({ value }) => ({ file, value })));
  if (tags.length !== 1 || literal(tags[0].value) !== name) {
    add(tags[0]?.file.path ?? path, tags[0]?.value.startPosition.row + 1 || 1, `exactly one resource has the tag azd-service-name: '${name}'`);
  }
  const group = project.main?.resources.find(resource => resource.type === 'Microsoft.Resources/resourceGroups');
  const groupTags = group && valueAt(group.body, 'tags');
  const tagObject = groupTags?.type === 'identifier' ? project.main.find(groupTags.text)?.initial : groupTags;
  if (!properties(tagObject).some(({ key }) => key === 'azd-env-name')) {
    add('infra/main.bicep', group ? group.node.startPosition.row + 1 : 1, 'the resource group has the tag azd-env-name, by which azd finds it');
  }
  for (const [hook, shells] of Object.entries(config.hooks ?? {})) {
    for (const [shell, { run, interactive } = {}] of Object.entries(shells ?? {})) {
      if (interactive !== true) {
        add(path, lineOf(project.read(path), hook), `hook ${hook} on ${shell} is not interactive: azd would wipe what it prints`);
      }
      if (!['posix', 'windows'].includes(shell) || project.read(String(run).replace(/^\.\//, '')) === null) {
        add(path, lineOf(project.read(path), hook), `hook ${hook} runs '${run}' on ${shell}: no such file or shell`);
      }
    }
    if (!shells?.posix || !shells?.windows) {
      add(path, lineOf(project.read(path), hook), `hook ${hook} needs posix and windows`);
    }
  }
}

function parameters(project, add) {
  const path = 'infra/main.parameters.json';
  const text = project.read(path) ?? '';
  let values;
  try {
    values = JSON.parse(text).parameters ?? {};
  } catch (error) {
    add(path, 1, error.message);
    return;
  }
  const params = project.main?.params ?? [];
  for (const [name, { value } = {}] of Object.entries(values)) {
    const at = lineOf(text, `"${name}"`);
    const param = params.find(candidate => candidate.name === name);
    if (!param) {
      add(path, at, `main.bicep has no parameter '${name}'`);
      continue;
    }
    if (typeof value === 'string' && value.includes('$')) {
      if (!/^\$\{[A-Z][A-Z0-9_]*(=[^${}]*)?\}$/.test(value)) {
        add(path, at, `'${value}' is no \${NAME} or \${NAME=default}`);
      }
      continue;
    }
    const kind = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
    if (kindOfType(param.type) && kind !== kindOfType(param.type)) {
      add(path, at, `parameter '${name}' is ${kindOfType(param.type)}, not ${kind}`);
    }
  }
  for (const param of params.filter(candidate => !candidate.initial && !(candidate.name in values))) {
    add(path, 1, `the parameter '${param.name}' has no value and no default`);
  }
}

/** Hooks and workflows read what the deployment put out: each such name is an output of main.bicep. */
function hooks(project, add) {
  const outputs = new Set(project.main?.outputs.map(({ name }) => name));
  const scripts = [...project.paths.filter(path => path.startsWith('infra/hooks/')), '.github/workflows/cd.yml'];
  // azd itself sets these.
  ['AZURE_ENV_NAME', 'AZURE_SUBSCRIPTION_ID', 'AZURE_CLIENT_ID', 'AZURE_LOCATION', 'AZURE_TENANT_ID', 'AZURE_PRINCIPAL_TYPE', 'GATEWAY_SMOKE_KEY'].forEach(name => outputs.add(name));
  for (const path of scripts) {
    (project.read(path) ?? '').split('\n').forEach((line, i) => {
      for (const [, name] of line.matchAll(/\b((?:AZURE|GATEWAY)_[A-Z_]*[A-Z])\b/g)) {
        if (!outputs.has(name) && name !== 'GATEWAY_FIRST_KEY_ID') {
          add(path, i + 1, `'${name}' is no output of main.bicep`);
        }
      }
    });
  }
}
