// Runs a table of mistakes: each row changes one text of one real file and names the rule that must speak up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadProject } from './project.mjs';
import { check } from '../rules/index.mjs';

const original = loadProject();

/** Rows are [mistake, file, text, replacement, rule, words of the message]. A text of null replaces the whole file. */
export function broken(rows) {
  for (const [mistake, path, text, replacement, rule, words] of rows) {
    test(mistake, () => {
      const before = original.read(path);
      assert.ok(text === null || before.includes(text), `${path} no longer holds: ${text}`);
      const findings = check(loadProject({ [path]: text === null ? replacement : before.replace(text, () => replacement) }));
      const found = findings.filter(finding => finding.rule === rule && finding.message.includes(words));
      assert.ok(found.length > 0, `nothing says '${words}'; said: ${findings.map(({ message }) => message).join(' | ') || 'nothing'}`);
    });
  }
}
