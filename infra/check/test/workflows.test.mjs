// Mistakes in workflows: each row changes one text of a real file and names words that must be said.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { read, repository } from '../lib/repository.mjs';
import { workflow } from '../rules/workflow.mjs';

const source = name => read(`.github/workflows/${name}`);
const find = text => workflow(text, path => existsSync(join(repository, path)));

for (const name of ['ci.yml', 'cd.yml', 'codeql.yml', 'release.yml']) {
  test(`${name} itself has no findings`, async () => assert.deepEqual(await find(source(name)), []));
}

// What the language service says; a few, to know that it is heard and has been given what it needs.
const heard = [
  ['a bad indentation', 'ci.yml', '    timeout-minutes: 40', '   timeout-minutes: 40', 'same column'],
  ['an unknown key of a step', 'ci.yml', '- name: Build\n        run:', '- name: Build\n        runs:', "Unexpected value 'runs'"],
  ['an unknown event', 'ci.yml', 'pull_request:', 'pull_requests:', 'Unexpected value'],
  ['jobs that wait for each other', 'ci.yml', '  infra:\n', '  infra:\n    needs: infra\n', 'a cycle'],
  ['an unknown function', 'cd.yml', '${{ failure() }}', '${{ failed() }}', "Unrecognized function: 'failed'"],
  ['a matrix value that is not there', 'ci.yml', '${{ matrix.os }}', '${{ matrix.system }}', 'Context access might be invalid: system'],
  ['a condition with text around it', 'cd.yml', '${{ failure() }}', '${{ failure() }} yes', 'literal text outside'],
  ['a pin by tag', 'ci.yml', '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', '@v7', 'Unable to resolve action'],
  ['an unchecked pin', 'ci.yml', '@3d3c42e5aac5ba805825da76410c181273ba90b1', '@0000000000000000000000000000000000000000', 'Unable to resolve action'],
  ['an unknown action', 'ci.yml', 'actions/setup-node@', 'someone/setup-node@', 'Unable to resolve action'],
  ['an input that the action lacks', 'codeql.yml', 'build-mode:', 'build:', "Invalid action input 'build'"],
];

// What our own rules say.
const ruled = [
  ['no permissions', 'ci.yml', 'permissions:\n  contents: read\n', '', "'permissions' is missing"],
  ['all permissions', 'ci.yml', 'permissions:\n  contents: read\n', 'permissions: write-all\n', 'named one by one'],
  ['a permission that is too much', 'ci.yml', 'contents: read', 'contents: read\n  issues: write', 'no workflow here needs'],
  ['a release by every job', 'release.yml', 'permissions:\n  contents: read\n', 'permissions:\n  contents: write\n', 'the one job'],
  ['a token for every job', 'cd.yml', 'permissions:\n  contents: read\n', 'permissions:\n  contents: read\n  id-token: write\n', 'the one job'],
  ['a pin without its version', 'ci.yml', ' # v7.0.1', '', 'say the version'],
  ['a pin with another version', 'ci.yml', '# v7.0.1', '# v6.0.0', 'say the version'],
  ['a checkout that keeps its token', 'ci.yml', '        with:\n          persist-credentials: false\n', '', 'persist-credentials'],
  ['no time limit', 'ci.yml', '    timeout-minutes: 15\n', '', 'no timeout-minutes'],
  ['a floating runner', 'ci.yml', 'runs-on: ubuntu-24.04', 'runs-on: ubuntu-latest', 'names one version'],
  ['a floating runner in the matrix', 'ci.yml', 'windows-2025]', 'windows-latest]', 'names one version'],
  ['an expression with one brace', 'cd.yml', '${{ vars.AZURE_TENANT_ID }}', '${ vars.AZURE_TENANT_ID }}', 'begins with ${{'],
  ['an expression in a script', 'cd.yml', 'infra/smoke-test "$(azd env get-value GATEWAY_URL)"', 'infra/smoke-test "${{ inputs.ref }}"', 'no expression in a script'],
  ['a script that is not there', 'cd.yml', 'infra/smoke-test', 'infra/smoke', 'there is no infra/smoke'],
];

// What a release must not lose.
const release = () => parse(source('release.yml'));
const script = job => release().jobs[job].steps.map(({ run }) => run ?? '').join('\n');

test('a tag publishes, and only when ci has passed for its commit', () => {
  assert.deepEqual(release().on, { push: { tags: ['v*'] } });
  assert.match(script('ready'), /gh run list --workflow ci\.yml --commit "\$GITHUB_SHA" --status success/);
  for (const job of ['tool', 'image']) {
    assert.equal(release().jobs[job].needs, 'ready');
  }
});

test('the tool has the history to count its version from, and the image is told it', () => {
  assert.equal(release().jobs.tool.steps[0].with['fetch-depth'], 0);
  assert.match(script('image'), /--build-arg "VERSION=\$version"/);
  assert.match(read('Dockerfile'), /^ARG VERSION$/m);
});

test('the image is for both architectures and says where it comes from', () => {
  assert.match(script('image'), /--platform linux\/amd64,linux\/arm64 .*--provenance mode=max --sbom true/);
});

test('no registry is named: who publishes says where', () => {
  assert.doesNotMatch(source('release.yml'), /ghcr|nuget\.org|docker\.io|pkgs\.dev/i);
});

test('the notes of a version are its section of the changelog alone', { skip: process.platform === 'win32' }, () => {
  const awk = /awk -v version=.*? '(.*)' CHANGELOG/.exec(script('tool'))[1];
  const notes = spawnSync('awk', ['-v', 'version=## [1.2.0]', awk], { input: '# C\n## [Unreleased]\nnew\n## [1.2.0] - 2026-12-01\nthese\n### Added\n- this\n## [1.1.0]\nold\n' });
  assert.equal(notes.stdout.toString(), 'these\n### Added\n- this\n');
});

for (const [mistake, file, text, replacement, words] of [...heard, ...ruled]) {
  test(mistake, async () => {
    assert.ok(source(file).includes(text), `${file} no longer holds: ${text}`);
    const findings = await find(source(file).replace(text, () => replacement));
    assert.ok(findings.some(({ message }) => message.includes(words)), `nothing says '${words}'; said: ${findings.map(({ message }) => message).join(' | ') || 'nothing'}`);
  });
}
