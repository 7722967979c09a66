// One loop of tools of Claude Code and of Codex through each form of upstream, written down for people: below artifacts/transcripts.
// docs/transcripts has a copy. After a change of the clients or of what the gateway says, write it anew, in tests/clients:
//   WRITE_TRANSCRIPTS=1 node with-gateway.mjs node --test transcripts.test.mjs
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { record } from './recorder.mjs';
import { bash, claude, codex, shell } from './terminal.mjs';
import { asked, BASE_URL, forms, modelOver, script } from './through.mjs';
import { transcript } from './transcript.mjs';

const root = path.join(import.meta.dirname, '../..');
const versions = JSON.parse(readFileSync(path.join(import.meta.dirname, 'package.json'))).dependencies;
const clients = [
  { client: 'Claude Code', version: versions['@anthropic-ai/claude-code'], file: 'claude-code', tool: bash, show: async (...run) => (await claude(...run)).result },
  { client: 'Codex', version: versions['@openai/codex'], file: 'codex', tool: shell, show: async (...run) => (await codex(...run)).text },
];

for (const { client, version, file, tool, show } of clients) {
  for (const form of forms) {
    test(`a loop of ${client} over ${form} can be read`, async (t) => {
      const recorder = await record(t, BASE_URL);
      const { tag, prompt } = script({ think: 'A file would hold it.', say: 'Let me write it down.', ...tool('echo forty-two > answer.txt') }, tool('cat answer.txt'), { say: 'The file holds the answer.' });
      const ended = await show(t, modelOver(form), prompt, { url: recorder.url });
      assert.equal(ended, 'The file holds the answer.');
      const text = transcript({ client, version, form, recorder, asked: await asked(tag), tag, ended });
      for (const folder of ['artifacts/transcripts', ...(process.env.WRITE_TRANSCRIPTS ? ['docs/transcripts'] : [])]) {
        mkdirSync(path.join(root, folder), { recursive: true });
        writeFileSync(path.join(root, folder, `${file}-over-${form}.md`), text);
      }

      // Three turns, each of which adds to the one before on both sides of the gateway, two calls, and what came of them.
      assert.equal(text.match(/^## Turn /gm).length, 3, text);
      assert.equal(text.match(/^\(what was said so far, unchanged\)$/gm).length, 4, text);
      assert.equal(text.match(/^calls /gm).length, 2, text);
      assert.equal(text.match(/^forty-two$|^result: forty-two$/gm).length, 2, text);
      assert.match(readFileSync(path.join(root, 'docs/transcripts', `${file}-over-${form}.md`), 'utf8'), new RegExp(`^# ${client} over `));
    });
  }
}
