// Mistakes in workflows: each row changes one text of a real file and names words that must be said.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../lib/project.mjs';
import { workflow } from '../rules/workflow.mjs';

const read = name => readFileSync(join(repository, '.github/workflows', name), 'utf8');
const find = text => workflow(text, path => existsSync(join(repository, path)));

for (const name of ['ci.yml', 'cd.yml']) {
  test(`${name} itself has no findings`, () => assert.deepEqual(find(read(name)), []));
}

const rows = [
  ['a bad indentation', 'ci.yml', '    timeout-minutes: 40', '   timeout-minutes: 40', ''],
  ['a key twice', 'ci.yml', '    timeout-minutes: 40', '    timeout-minutes: 40\n    timeout-minutes: 41', 'unique'],
  ['an unknown key of a job', 'ci.yml', 'timeout-minutes: 40', 'timeout: 40', "'timeout' is not known"],
  ['an unknown key of a step', 'ci.yml', '- name: Build\n        run:', '- name: Build\n        runs:', "'runs' is not known"],
  ['a step with nothing to do', 'ci.yml', '        run: dotnet restore Functions.sln\n', '', 'either uses or run'],
  ['an unknown event', 'ci.yml', 'pull_request:', 'pull_requests:', 'is no event'],
  ['no permissions', 'ci.yml', 'permissions:\n  contents: read\n', '', "'permissions' is missing"],
  ['all permissions', 'ci.yml', 'permissions:\n  contents: read\n', 'permissions: write-all\n', 'named one by one'],
  ['a permission that is too much', 'ci.yml', 'contents: read', 'contents: write', 'no workflow here needs'],
  ['a misspelt permission', 'ci.yml', 'contents: read', 'content: read', 'is no permission'],
  ['a token for every job', 'cd.yml', 'permissions:\n  contents: read\n', 'permissions:\n  contents: read\n  id-token: write\n', 'the one job'],
  ['a pin by tag', 'ci.yml', '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', '@v7', 'not pinned'],
  ['a short pin', 'ci.yml', '@3d3c42e5aac5ba805825da76410c181273ba90b1', '@3d3c42e', 'not pinned'],
  ['an unchecked pin', 'ci.yml', '@3d3c42e5aac5ba805825da76410c181273ba90b1', '@0000000000000000000000000000000000000000', 'not at this commit'],
  ['an unknown action', 'ci.yml', 'actions/setup-node@', 'someone/setup-node@', 'is not in actions.json'],
  ['a pin without its version', 'ci.yml', ' # v7.0.1', '', 'say the version'],
  ['a pin with another version', 'ci.yml', '# v7.0.1', '# v6.0.0', 'say the version'],
  ['an input that the action lacks', 'ci.yml', 'global-json-file:', 'global-json:', "no input 'global-json'"],
  ['a checkout that keeps its token', 'ci.yml', '        with:\n          persist-credentials: false\n', '', 'persist-credentials'],
  ['a job that is needed but not there', 'ci.yml', '  container:\n', '  container:\n    needs: build\n', "no other job 'build'"],
  ['a job that needs itself', 'ci.yml', '  container:\n', '  container:\n    needs: container\n', "no other job 'container'"],
  ['jobs that wait for each other', 'ci.yml', '  infra:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 15\n', '  infra:\n    needs: container\n    runs-on: ubuntu-24.04\n    timeout-minutes: 15\n', '', '  container:\n', '  container:\n    needs: infra\n'],
  ['no time limit', 'ci.yml', '    timeout-minutes: 15\n', '', 'no timeout-minutes'],
  ['a floating runner', 'ci.yml', 'runs-on: ubuntu-24.04', 'runs-on: ubuntu-latest', 'names one version'],
  ['a floating runner in the matrix', 'ci.yml', 'windows-2025]', 'windows-latest]', 'names one version'],
  ['no steps', 'ci.yml', '    timeout-minutes: 15\n    steps:\n', '    timeout-minutes: 15\n    steps: []\n    defaults:\n', ''],
  ['an expression without end', 'ci.yml', '${{ matrix.os }}', '${{ matrix.os }', ''],
  ['an expression with one brace', 'cd.yml', '${{ vars.AZURE_TENANT_ID }}', '${ vars.AZURE_TENANT_ID }}', ''],
  ['a matrix value that is not there', 'ci.yml', '${{ matrix.os }}', '${{ matrix.system }}', 'there is no matrix.system'],
  ['an unknown context', 'cd.yml', '${{ vars.AZURE_TENANT_ID }}', '${{ var.AZURE_TENANT_ID }}', "nothing is called 'var'"],
  ['an input that is not declared', 'cd.yml', 'inputs.ref ||', 'inputs.commit ||', 'there is no inputs.commit'],
  ['an unknown function', 'cd.yml', '${{ failure() }}', '${{ failed() }}', "no function is called 'failed'"],
  ['a missing parenthesis', 'cd.yml', "== 'push')) }}", "== 'push') }}", 'parentheses'],
  ['a missing quote', 'cd.yml', "vars.AZURE_CLIENT_ID != '' && (", "vars.AZURE_CLIENT_ID != ' && (", ''],
  ['half an operator', 'cd.yml', "!= '' && github.event.pull_request", "!= '' & github.event.pull_request", 'an operator'],
  ['double quotes in an expression', 'cd.yml', "github.event_name == 'pull_request' && vars", 'github.event_name == "pull_request" && vars', 'single quotes'],
  ['a condition with text around it', 'cd.yml', '${{ failure() }}', '${{ failure() }} yes', 'always true'],
  ['an expression in a script', 'cd.yml', 'infra/smoke-test "$(azd env get-value GATEWAY_URL)"', 'infra/smoke-test "${{ inputs.ref }}"', 'no expression in a script'],
  ['a script that is not there', 'cd.yml', 'infra/smoke-test', 'infra/smoke', 'there is no infra/smoke'],
];

for (const [mistake, file, text, replacement, words, ...more] of rows) {
  test(mistake, () => {
    let changed = read(file);
    for (const [from, to] of [[text, replacement], more].filter(pair => pair.length === 2)) {
      assert.ok(changed.includes(from), `${file} no longer holds: ${from}`);
      changed = changed.replace(from, () => to);
    }
    const findings = find(changed);
    assert.ok(findings.some(({ message }) => message.includes(words)), `nothing says '${words}'; said: ${findings.map(({ message }) => message).join(' | ') || 'nothing'}`);
  });
}
