// Codex without a terminal, over upstreams of every form: what a day of an agent consists of.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { png } from './cli.mjs';
import { codex, shell } from './terminal.mjs';
import { asked, assertBooked, assertPrefixes, brokenOver, forms, modelOver, script } from './through.mjs';

for (const form of forms) {
  test(`Codex over ${form}`, async (t) => {
    const model = modelOver(form);

    await t.test('runs a tool', async (t) => {
      const { prompt } = script({ think: 'A shell.', say: 'Let me see.', ...shell('echo "hi from $((40 + 2))"') }, { say: 'It said: {result}' });
      const { text, commands } = await codex(t, model, prompt);
      assert.match(text, /It said: .*hi from 42/s);
      assert.deepEqual(commands.map(({ aggregated_output }) => aggregated_output.trim()), ['hi from 42']);
    });

    await t.test('runs two tools at once, one of which fails', async (t) => {
      const { prompt } = script({ calls: [shell('echo one'), shell('echo two >&2; exit 3')] }, { say: '{result}' });
      const { text, commands } = await codex(t, model, prompt);
      assert.match(text, /one.*two/s);
      assert.deepEqual(commands.map(({ exit_code }) => exit_code).sort(), [0, 3]);
    });

    await t.test('begins each of 25 turns with the bytes of the one before', async (t) => {
      const { tag, prompt } = script({ think: 'Turn {n}.', ...shell('echo turn {n}'), times: 25 }, { say: 'Last: {result}' });
      const { text } = await codex(t, model, prompt);
      assert.match(text, /Last: .*turn 25/s);
      await assertPrefixes(tag, 26);
    });

    await t.test('asks an MCP server', async (t) => {
      const { prompt } = script({ call: 'mcp__backwards__backwards', input: { text: 'stressed' } }, { say: 'It said: {result}' });
      const { text } = await codex(t, model, prompt, { config: `[mcp_servers.backwards]\ncommand = "node"\nargs = [${JSON.stringify(path.join(import.meta.dirname, 'mcp-server.mjs'))}]\nstartup_timeout_sec = 300\ntool_timeout_sec = 300\n` });
      assert.match(text, /It said: .*desserts/s);
    });

    await t.test('sees an image that a tool has read', async (t) => {
      const { prompt } = script({ call: 'view_image', input: { path: '{home}/project/point.png' } }, { say: 'I see {images}.' });
      const { text } = await codex(t, model, prompt, { files: { 'project/point.png': png } });
      assert.equal(text, 'I see data:image/png;base64,.');
    });

    await t.test('compacts its history and goes on', async (t) => {
      const { tag, prompt } = script({ ...shell('echo before'), input_tokens: 90_000 }, { say: 'After, as the summary says.' });
      const { text } = await codex(t, model, prompt, { top: 'model_auto_compact_token_limit = 50000\n' });
      assert.match(text, /After, as the summary says\./);
      const bodies = (await asked(tag)).map(({ body }) => body);
      assert.ok(bodies.at(-1).includes('Summary of what was done') && !bodies.at(-1).includes('exec_command_before'), bodies.at(-1));
      assert.ok(bodies.length >= 3);
    });

    await t.test('does not notice a failure that passes', async (t) => {
      const { prompt } = script({ fail: 503, times: 1 }, { say: 'Recovered.' });
      assert.equal((await codex(t, model, prompt)).text, 'Recovered.');
    });

    await t.test('asks again when a stream breaks', async (t) => {
      const { prompt } = script({ cut: 'This is broken off before it has come to its end.', times: 1 }, { say: 'Whole.' });
      assert.match((await codex(t, brokenOver(form), prompt)).text, /Whole\.$/);
    });

    await t.test('waits through a silence', async (t) => {
      // Apart from the ledger: a machine that sleeps for longer than a ping lets Codex ask again.
      const { prompt } = script({ pause: 4500, say: 'Here I am.' });
      assert.equal((await codex(t, brokenOver(form), prompt, { provider: 'stream_idle_timeout_ms = 3000\n' })).text, 'Here I am.');
    });

    await t.test('shows why it was refused', async (t) => {
      const { prompt } = script({ fail: 400 });
      const { all, code } = await codex(t, model, prompt, { quiet: true });
      assert.equal(code, 1);
      assert.match(all, /The script says 400/);
    });
  });

  test(`the ledger over ${form} adds up`, () => assertBooked(form));
}
