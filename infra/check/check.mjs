// Checks every Bicep file: node infra/check/check.mjs
import { Compiler } from './lib/compiler.mjs';
import { Project } from './lib/project.mjs';
import { bicep } from './lib/tools.mjs';
import { names, run } from './rules/index.mjs';

let passed = 0;
let failed = 0;
const report = (name, problems) => {
  problems.length === 0 ? passed++ : failed++;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  problems.forEach(problem => console.log(`     ${problem}`));
};

const binary = bicep();
if (binary) {
  const compiler = new Compiler(binary);
  const project = new Project(compiler);
  console.log(`Bicep ${await compiler.version()}`);
  for (const name of names) {
    const findings = await run(name, project);
    report(name, findings.map(({ where, message }) => `${where}: ${message}`));
  }
  project.dispose();
  compiler.stop();
} else {
  report('compiler', ['there is no `bicep` on the PATH, so no template was checked; on 64-bit Linux it comes from its package']);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
