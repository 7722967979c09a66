// Bundles the page into src/Gateway/Dashboard/Assets, which is committed: who builds the gateway needs no Node.
// With --check it writes nothing and names the files that are not what the sources make.
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, '../Gateway/Dashboard/Assets');

const { outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: { app: 'src/main.tsx', style: 'src/styles/main.css' },
  outdir: '.',
  write: false,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  charset: 'utf8',
});

const files = new Map([
  ...outputFiles.map(({ path, text }) => [path.endsWith('.css') ? 'app.css' : 'app.js', text]),
  ...['index.html', 'icon.svg'].map((name) => [name, readFileSync(join(here, 'static', name), 'utf8')]),
]);

const differ = [...files].filter(([name, text]) => !existsSync(join(assets, name)) || readFileSync(join(assets, name), 'utf8') !== text).map(([name]) => name);
if (process.argv.includes('--check')) {
  console.log(differ.length === 0 ? 'The committed page is what the sources make.' : `Not what the sources make: ${differ.join(', ')}. Run "npm run build" in src/Gateway.Dashboard and commit.`);
  process.exit(differ.length === 0 ? 0 : 1);
}

mkdirSync(assets, { recursive: true });
for (const [name, text] of files) {
  writeFileSync(join(assets, name), text);
  console.log(`${name}: ${Buffer.byteLength(text)} bytes`);
}
