// Runs a table of mistakes: each row changes one text of one real file and names the rule that must speak up.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { run } from '../rules/index.mjs';
import { Compiler } from './compiler.mjs';
import { Project } from './project.mjs';
import { read } from './repository.mjs';
import { bicep } from './tools.mjs';

const compiler = new Compiler(bicep());
after(() => compiler.stop());

/** Runs a check on the files, with the given texts laid over them. */
export async function withProject(changed, check) {
  const project = new Project(compiler, changed);
  try {
    return await check(project);
  } finally {
    project.dispose();
  }
}

/** Rows are [mistake, file, text, replacement, words of the message]. A text of null replaces the whole file. */
export function broken(rule, rows) {
  for (const [mistake, path, text, replacement, words] of rows) {
    test(`${rule}: ${mistake}`, async () => {
      const before = read(path);
      assert.ok(text === null || before.includes(text), `${path} no longer holds: ${text}`);
      const findings = await withProject({ [path]: text === null ? replacement : before.replace(text, () => replacement) }, project => run(rule, project));
      const said = findings.map(({ where, message }) => `${where}: ${message}`);
      assert.ok(said.some(line => line.includes(words)), `nothing says '${words}'; said: ${said.join(' | ') || 'nothing'}`);
    });
  }
}
