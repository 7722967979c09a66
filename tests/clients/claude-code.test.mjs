// Claude Code without a terminal, over upstreams of every form: what a day of an agent consists of.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { png } from './cli.mjs';
import { answersAsked, record } from './recorder.mjs';
import { bash, claude } from './terminal.mjs';
import { asked, assertBooked, assertPrefixes, assertRelayed, BASE_URL, brokenOver, forms, modelOver, script } from './through.mjs';

for (const form of forms) {
  test(`Claude Code over ${form}`, async (t) => {
    const model = modelOver(form);

    await t.test('runs a tool', async (t) => {
      const { prompt } = script({ think: 'A shell.', say: 'Let me see.', ...bash('echo "hi from $((40 + 2))"') }, { say: 'It said: {result}' });
      const { result, blocks } = await claude(t, model, prompt);
      assert.equal(result, 'It said: hi from 42');
      assert.deepEqual(blocks.map(({ type }) => type).filter((type) => type !== 'thinking'), ['text', 'tool_use', 'tool_result', 'text']);
    });

    await t.test('runs two tools at once, one of which fails', async (t) => {
      const { prompt } = script({ calls: [bash('echo one'), bash('echo two >&2; exit 3')] }, { say: '{result}' });
      const { result } = await claude(t, model, prompt);
      assert.match(result, /one/);
      assert.match(result, /Exit code 3/);
    });

    await t.test('begins each of 25 turns with the bytes of the one before', async (t) => {
      const { tag, prompt } = script({ ...bash('echo turn {n}'), times: 25 }, { say: 'Last: {result}' });
      const recorder = await record(t, BASE_URL);
      assert.equal((await claude(t, model, prompt, { url: recorder.url })).result, 'Last: turn 25');
      if (form === 'messages') {
        await assertRelayed(tag, answersAsked(recorder));
      }

      await assertPrefixes(tag, 26, { bareTexts: form === 'messages' });
    });

    await t.test('sees an image that a tool has read', async (t) => {
      const { prompt } = script({ call: 'Read', input: { file_path: '{home}/project/point.png' } }, { say: 'I see {images}.' });
      const { result } = await claude(t, model, prompt, { files: { 'project/point.png': png } });
      assert.equal(result, 'I see data:image/png;base64,.');
    });

    await t.test('sends a sub-agent', async (t) => {
      const sub = script(bash('echo from below'), { say: 'The sub-agent found: {result}' });
      const { tag, prompt } = script({ call: 'Agent', input: { description: 'Look below', prompt: sub.prompt, subagent_type: 'general-purpose' } }, { say: 'Sent.' }, { say: 'Back.' });
      const { all } = await claude(t, model, prompt);
      assert.match(all, /The sub-agent found: from below/);
      assert.ok((await asked(sub.tag)).length >= 2);
      assert.ok((await asked(tag)).length >= 2);
    });

    await t.test('compacts its history and goes on', async (t) => {
      const { tag, prompt } = script(bash('echo before'), { say: 'Before.' }, { say: 'After, as the summary says.' });
      const { home } = await claude(t, model, prompt);
      await claude(t, model, '/compact', { home, args: ['--continue'], quiet: true });
      const { result } = await claude(t, model, 'And now?', { home, args: ['--continue'] });
      assert.equal(result, 'After, as the summary says.');
      assert.ok(!JSON.stringify((await asked(tag)).at(-1).body).includes('echo before'));
    });

    await t.test('finds the models of the gateway', async (t) => {
      // It asks for them beside its work, and forgets the answer when it ends before: its tool waits until they are written.
      const { prompt } = script(bash('until [ -s {home}/.claude/cache/gateway-models.json ]; do sleep 0.1; done'), { say: 'Found.' });
      const { home } = await claude(t, model, prompt, { env: { CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1' } });
      assert.match(readFileSync(path.join(home, '.claude/cache/gateway-models.json'), 'utf8'), new RegExp(`"claude-over-${form}"`));
    });

    await t.test('gets a structured answer', async (t) => {
      const { prompt } = script({ call: 'StructuredOutput', input: { greeting: 'hi' } }, { say: 'Done.' });
      const { lines } = await claude(t, model, prompt, { args: ['--json-schema', '{"type":"object","properties":{"greeting":{"type":"string"}},"required":["greeting"]}'] });
      assert.deepEqual(lines.find(({ type }) => type === 'result').structured_output, { greeting: 'hi' });
    });

    await t.test('does not notice a failure that passes', async (t) => {
      const { prompt } = script({ fail: 503, times: 1 }, { say: 'Recovered.' });
      assert.equal((await claude(t, model, prompt)).result, 'Recovered.');
    });

    await t.test('asks again when a stream breaks', async (t) => {
      const { prompt } = script({ cut: 'This is broken off before it has come to its end.', times: 1 }, { say: 'Whole.' });
      assert.equal((await claude(t, brokenOver(form), prompt)).result, 'Whole.');
    });

    await t.test('waits through a silence', async (t) => {
      const { prompt } = script({ pause: 1500, say: 'Here I am.' });
      assert.equal((await claude(t, model, prompt)).result, 'Here I am.');
    });

    await t.test('shows why it was refused', async (t) => {
      const { prompt } = script({ fail: 400 });
      const { lines, code } = await claude(t, model, prompt, { quiet: true });
      assert.equal(code, 1);
      assert.match(lines.find(({ type }) => type === 'result').result, /400.*The script says 400/);
    });
  });

  test(`the ledger over ${form} adds up`, () => assertBooked(form));
}
