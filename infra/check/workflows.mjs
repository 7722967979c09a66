// Checks the form of every workflow: node infra/check/workflows.mjs. GitHub alone can tell whether they run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './lib/project.mjs';
import { workflow } from './rules/workflow.mjs';

const folder = join(repository, '.github', 'workflows');
const files = existsSync(folder) ? readdirSync(folder).filter(name => /\.ya?ml$/.test(name)) : [];
let passed = 0;
let failed = 0;

if (files.length === 0) {
  console.log('FAIL there is no workflow');
  failed++;
}

for (const file of files) {
  const findings = workflow(readFileSync(join(folder, file), 'utf8'), path => existsSync(join(repository, path)));
  findings.length === 0 ? passed++ : failed++;
  console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'} workflow: ${file}`);
  findings.forEach(({ line, message }) => console.log(`     .github/workflows/${file}:${line} ${message}`));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
