// Checks every workflow: node infra/check/workflows.mjs. GitHub alone can tell whether they run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, read, repository } from './lib/repository.mjs';
import { workflow } from './rules/workflow.mjs';

const files = filesUnder('.github/workflows').filter(path => /\.ya?ml$/.test(path));
let failed = 0;
for (const path of files) {
  const findings = await workflow(read(path), other => existsSync(join(repository, other)));
  failed += findings.length > 0 ? 1 : 0;
  console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'} workflow: ${path}`);
  findings.forEach(({ line, message }) => console.log(`     ${path}:${line} ${message}`));
}
console.log(`${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 || files.length === 0 ? 1 : 0;
