// Installs the packages of the lock file in this folder, or says which are missing. npm counts a package for one system
// only (Claude Code's and Codex's programs are) as optional: when its download breaks, "npm ci" is content without it.
// With another command of npm's behind it: by that.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const command = process.argv.slice(2).join(' ') || 'ci';
let missing = [];
for (let attempt = 1; attempt <= 3; attempt++) {
  const status = await npm();
  missing = status === 0 ? wanted().filter((folder) => !existsSync(`${folder}/package.json`)) : [`npm ${command} ended with ${status}`];
  if (missing.length === 0) {
    process.exit(0);
  }

  console.log(`Not installed at attempt ${attempt} of 3: ${missing.join(', ')}`);
}

process.exit(1);

/** npm itself is silent for minutes where nobody sees its bar. */
function npm() {
  const since = Date.now();
  const told = setInterval(() => console.log(`  npm ${command}: ${Math.round((Date.now() - since) / 1000)} s ...`), 20_000);
  return new Promise((done) => {
    spawn(`npm ${command} --ignore-scripts --no-audit --no-fund --loglevel=error`, { stdio: 'inherit', shell: true }).on('close', (code) => {
      clearInterval(told);
      done(code);
    });
  });
}

/** The folders of the lock file's packages for this system. */
function wanted() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const libc = process.platform === 'linux' ? (process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl') : undefined;
  const fits = (list, value) => !list || value === undefined || list.includes(value);
  return Object.entries(packages)
    .filter(([folder, { os, cpu, libc: needs }]) => folder && fits(os, process.platform) && fits(cpu, process.arch) && fits(needs, libc))
    .map(([folder]) => folder);
}
