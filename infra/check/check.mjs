// Checks every Bicep file: node infra/check/check.mjs. With the real compiler on the PATH, that is asked too.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadProject, repository } from './lib/project.mjs';
import { rules } from './rules/index.mjs';

let passed = 0;
let failed = 0;

function report(name, problems) {
  problems.length === 0 ? passed++ : failed++;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  problems.forEach(problem => console.log(`     ${problem}`));
}

const project = loadProject();
for (const [name, rule] of Object.entries(rules)) {
  const findings = rule(project);
  for (const path of name === 'azd' ? ['azure.yaml and parameters'] : project.files.map(file => file.path)) {
    const own = findings.filter(finding => name === 'azd' || finding.path === path);
    report(`${name}: ${path}`, own.map(({ path: file, line, column, message }) => `${file}:${line}:${column} ${message}`));
  }
}

const run = ([command, ...args]) => spawnSync(command, args, { encoding: 'utf8', shell: process.platform === 'win32' });
const main = join(repository, 'infra', 'main.bicep');
const compilers = [
  { asked: ['bicep', '--version'], build: ['bicep', 'build', main, '--stdout'] },
  { asked: ['az', 'bicep', 'version'], build: ['az', 'bicep', 'build', '--file', main, '--stdout'] },
];
const compiler = compilers.find(({ asked }) => run(asked).status === 0);
if (compiler) {
  const { status, stderr } = run(compiler.build);
  // bicepconfig.json makes errors of the linter rules that count; other warnings are shown and pass.
  const said = stderr.split('\n').filter(line => / (Warning|Error) /.test(line));
  report('compiler: infra/main.bicep', status === 0 ? [] : [...said, `exit code ${status}`]);
  said.filter(() => status === 0).forEach(line => console.log(`     ${line}`));
} else {
  console.log('note: neither bicep nor az bicep is on the PATH; the compiler and its linter have not seen these files');
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
