// One workflow file: its form, its rights, its pins and its expressions.
import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { expressionsIn, problemsOf } from '../lib/expressions.mjs';

const actions = JSON.parse(readFileSync(new URL('../actions.json', import.meta.url), 'utf8'));
const keys = {
  workflow: ['name', 'run-name', 'on', 'permissions', 'concurrency', 'env', 'defaults', 'jobs'],
  job: ['name', 'if', 'needs', 'runs-on', 'timeout-minutes', 'environment', 'permissions', 'concurrency', 'env', 'outputs', 'strategy', 'steps', 'defaults', 'services'],
  step: ['name', 'id', 'if', 'uses', 'with', 'run', 'env', 'shell', 'working-directory', 'continue-on-error', 'timeout-minutes'],
  strategy: ['matrix', 'fail-fast', 'max-parallel'],
};
const events = ['push', 'pull_request', 'workflow_dispatch', 'workflow_run', 'schedule', 'workflow_call', 'merge_group'];
const scopes = ['actions', 'attestations', 'checks', 'contents', 'deployments', 'id-token', 'issues', 'packages', 'pages', 'pull-requests', 'security-events', 'statuses'];
const runners = /^(ubuntu-\d\d\.\d\d|windows-20\d\d|macos-\d\d)$/;

/** All findings of one workflow: [{ line, message }]. `exists` tells whether a path of the repository exists. */
export function workflow(text, exists) {
  const findings = [];
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true });
  if (document.errors.length > 0) {
    return document.errors.map(error => ({ line: error.linePos?.[0].line ?? 1, message: error.message.split('\n')[0] }));
  }
  const node = path => document.getIn(path, true);
  const add = (path, message) => {
    const at = path.length ? node(path) ?? node(path.slice(0, -1)) : document.contents;
    findings.push({ line: counter.linePos(at?.range?.[0] ?? 0).line, message });
  };
  const root = document.toJS();
  const known = { needs: [], steps: [], matrix: [], inputs: Object.keys(root?.on?.workflow_dispatch?.inputs ?? {}) };

  only(root, keys.workflow, [], add);
  for (const required of ['name', 'on', 'permissions', 'jobs']) {
    if (root?.[required] === undefined) {
      add([], `'${required}' is missing`);
    }
  }
  for (const event of typeof root?.on === 'object' ? Object.keys(root.on ?? {}) : [root?.on]) {
    if (!events.includes(event)) {
      add(['on'], `'${event}' is no event that is used here`);
    }
  }
  rights(root?.permissions, ['permissions'], add);
  if (root?.permissions?.['id-token']) {
    add(['permissions'], 'id-token is for the one job that logs in');
  }
  expressions(document, ['on', 'jobs'], known, counter, findings, []);

  for (const [name, job] of Object.entries(root?.jobs ?? {})) {
    const path = ['jobs', name];
    only(job, keys.job, path, add);
    only(job?.strategy, keys.strategy, [...path, 'strategy'], add);
    rights(job?.permissions, [...path, 'permissions'], add);
    const needs = [job?.needs ?? []].flat();
    needs.filter(other => !root.jobs[other] || other === name).forEach(other => add([...path, 'needs'], `there is no other job '${other}'`));
    const matrix = job?.strategy?.matrix ?? {};
    for (const runner of [job?.['runs-on']].flat().flatMap(value => value === '${{ matrix.os }}' ? matrix.os ?? [value] : [value])) {
      if (!runners.test(runner ?? '')) {
        add([...path, 'runs-on'], `runs-on names one version of a runner, not '${runner}'`);
      }
    }
    if (!Number.isInteger(job?.['timeout-minutes'])) {
      add(path, `job '${name}' has no timeout-minutes`);
    }
    const steps = Array.isArray(job?.steps) ? job.steps : [];
    if (steps.length === 0) {
      add(path, `job '${name}' has no steps`);
    }
    steps.forEach((step, i) => stepRules(step, [...path, 'steps', i], node, add, exists));
    const inJob = { ...known, needs, matrix: Object.keys(matrix), steps: steps.map(step => step?.id).filter(Boolean) };
    expressions(document, [], inJob, counter, findings, path);
  }
  cycles(root?.jobs ?? {}, add);
  return findings;
}

function only(value, allowed, path, add) {
  for (const key of Object.keys(value ?? {}).filter(candidate => !allowed.includes(candidate))) {
    add([...path, key], `'${key}' is not known here`);
  }
}

function rights(value, path, add) {
  if (value === undefined) {
    return;
  }
  if (typeof value !== 'object' || value === null) {
    add(path, 'permissions are named one by one');
    return;
  }
  for (const [scope, right] of Object.entries(value)) {
    if (!scopes.includes(scope) || !['read', 'write', 'none'].includes(right)) {
      add([...path, scope], `'${scope}: ${right}' is no permission`);
    }
    if (right === 'write' && scope !== 'id-token') {
      add([...path, scope], `no workflow here needs ${scope}: write`);
    }
  }
}

function stepRules(step, path, node, add, exists) {
  only(step, keys.step, path, add);
  if ((step?.uses === undefined) === (step?.run === undefined)) {
    add(path, 'a step has either uses or run');
  }
  if (step?.uses !== undefined) {
    pin(step, path, node, add);
  }
  if (typeof step?.run === 'string') {
    if (/\$\{\{/.test(step.run)) {
      add([...path, 'run'], 'no expression in a script, where its value would be code: pass it with env');
    }
    for (const [file] of step.run.matchAll(/(?<![\w/$"-])(infra|src|tests|docs)\/[\w./-]*\w/g)) {
      if (!exists(file)) {
        add([...path, 'run'], `there is no ${file}`);
      }
    }
  }
}

function pin(step, path, node, add) {
  const at = [...path, 'uses'];
  const [, action, sha] = /^([\w.-]+\/[\w./-]+)@([0-9a-f]{40})$/.exec(step.uses) ?? [];
  if (!sha) {
    add(at, `'${step.uses}' is not pinned by a commit of 40 hex digits`);
    return;
  }
  const known = actions[action];
  if (!known || known.sha !== sha) {
    add(at, known ? `${action} was checked at ${known.sha}, not at this commit` : `${action} is not in actions.json`);
    return;
  }
  if (node(at).comment?.trim() !== known.version) {
    add(at, `say the version in a comment: # ${known.version}`);
  }
  for (const input of Object.keys(step.with ?? {}).filter(name => !known.inputs.split(' ').includes(name))) {
    add([...path, 'with', input], `${action} has no input '${input}'`);
  }
  if (action === 'actions/checkout' && step.with?.['persist-credentials'] !== false) {
    add(at, 'checkout keeps its token on disk unless persist-credentials is false');
  }
}

/** Checks every expression below a path; `without` are branches of the root that are checked apart. */
function expressions(document, without, known, counter, findings, path) {
  const start = path.length ? document.getIn(path, true) : document.contents;
  if (!isMap(start)) {
    return;
  }
  visit(start, {
    Pair(_, pair) {
      if (start === document.contents && without.includes(pair.key?.value)) {
        return visit.SKIP;
      }
      if (!isScalar(pair.value) || typeof pair.value.value !== 'string') {
        return undefined;
      }
      check(pair.value, pair.key.value === 'if', known, counter, findings);
      return visit.SKIP;
    },
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string') {
        check(scalar, false, known, counter, findings);
      }
    },
  });
}

function check(scalar, condition, known, counter, findings) {
  const { line } = counter.linePos(scalar.range[0]);
  const { found, problems } = expressionsIn(scalar.value);
  if (condition && found.length === 0) {
    found.push(scalar.value);
  }
  if (condition && found.length > 0 && scalar.value.includes('${{') && !/^\$\{\{.*\}\}$/s.test(scalar.value.trim())) {
    problems.push('text around an expression makes a condition always true');
  }
  problems.push(...found.flatMap(expression => problemsOf(expression.replaceAll(/\s+/g, ' '), known)));
  problems.forEach(message => findings.push({ line, message }));
}

function cycles(jobs, add) {
  const below = (name, seen) => [jobs[name]?.needs ?? []].flat()
    .some(other => other === seen[0] || (!seen.includes(other) && below(other, [...seen, other])));
  Object.keys(jobs).filter(name => below(name, [name])).forEach(name => add(['jobs', name, 'needs'], `job '${name}' waits for itself`));
}
