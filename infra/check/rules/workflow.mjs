// One workflow file. GitHub's own language service knows form, events, contexts, expressions and inputs;
// the rules here ask for more: few rights, pins that were checked, time limits, no expression inside a script.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LineCounter, parseDocument } from 'yaml';

register('../lib/json-modules.mjs', import.meta.url);
const { validate } = await import('@actions/languageservice');

const actions = JSON.parse(readFileSync(new URL('../actions.json', import.meta.url), 'utf8'));
const actionsMetadataProvider = {
  async fetchActionMetadata({ owner, name, path, ref }) {
    const known = actions[[owner, name, path].filter(Boolean).join('/')];
    return known?.sha === ref
      ? { name, description: '', inputs: Object.fromEntries(known.inputs.split(' ').map(input => [input, { description: '' }])) }
      : undefined;
  },
};
const runners = /^(ubuntu-\d\d\.\d\d|windows-20\d\d|macos-\d\d)$/;
// What a job may write: a login's token, what CodeQL found, and a release: its notes and its image.
const writable = ['id-token', 'security-events', 'contents', 'packages'];
let documents = 0;

/** All findings of one workflow: [{ line, message }]. `exists` tells whether a path of the repository exists. */
export async function workflow(text, exists) {
  // The service remembers what it has parsed by address.
  const file = TextDocument.create(`file:///${++documents}/.github/workflows/workflow.yml`, 'yaml', 1, text);
  const findings = (await validate(file, { actionsMetadataProvider }))
    .map(({ range, message }) => ({ line: range.start.line + 1, message: message.split('\n')[0] }));
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0) {
    return findings;
  }
  const node = path => document.getIn(path, true);
  const add = (path, message) => {
    const at = path.length > 0 ? node(path) ?? node(path.slice(0, -1)) : document.contents;
    findings.push({ line: counter.linePos(at?.range?.[0] ?? 0).line, message });
  };
  const { permissions, jobs = {} } = document.toJS();
  if (permissions === undefined) {
    add([], "'permissions' is missing");
  }
  rights(permissions, ['permissions'], add);
  for (const scope of writable.filter(name => permissions?.[name] === 'write')) {
    add(['permissions', scope], `${scope}: write is for the one job that needs it`);
  }
  for (const [line, content] of text.split('\n').entries()) {
    if (/\$\{\s+\{|\$\{\s*[a-z]+\.[^}]*\}\}/.test(content)) {
      findings.push({ line: line + 1, message: 'an expression begins with ${{' });
    }
  }
  for (const [name, job] of Object.entries(jobs)) {
    const path = ['jobs', name];
    rights(job.permissions, [...path, 'permissions'], add);
    for (const runner of [job['runs-on']].flat().flatMap(value => value === '${{ matrix.os }}' ? job.strategy?.matrix?.os : [value])) {
      if (!runners.test(runner ?? '')) {
        add([...path, 'runs-on'], `runs-on names one version of a runner, not '${runner}'`);
      }
    }
    if (!Number.isInteger(job['timeout-minutes'])) {
      add(path, `job '${name}' has no timeout-minutes`);
    }
    [job.steps ?? []].flat().forEach((step, i) => stepRules(step, [...path, 'steps', i], node, add, exists));
  }
  return findings;
}

function rights(value, path, add) {
  if (value !== undefined && (typeof value !== 'object' || value === null)) {
    add(path, 'permissions are named one by one');
    return;
  }
  for (const [scope] of Object.entries(value ?? {}).filter(([name, right]) => right === 'write' && !writable.includes(name))) {
    add([...path, scope], `no workflow here needs ${scope}: write`);
  }
}

function stepRules(step, path, node, add, exists) {
  if (/\$\{\{/.test(step.run ?? '')) {
    add([...path, 'run'], 'no expression in a script, where its value would be code: pass it with env');
  }
  for (const [file] of (step.run ?? '').matchAll(/(?<![\w/$"-])(infra|src|tests|docs|\.ci)\/[\w./-]*\w/g)) {
    if (!exists(file)) {
      add([...path, 'run'], `there is no ${file}`);
    }
  }
  if (step.uses !== undefined) {
    const at = [...path, 'uses'];
    const version = actions[step.uses.split('@')[0]]?.version;
    if (version && node(at).comment?.trim() !== version) {
      add(at, `say the version in a comment: # ${version}`);
    }
    if (step.uses.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
      add(at, 'checkout keeps its token on disk unless persist-credentials is false');
    }
  }
}
