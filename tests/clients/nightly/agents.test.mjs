// The large agents over upstreams of every form. AGENTS: only these; CLIENT_FORMS: only these forms of theirs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyHome, run } from '../cli.mjs';
import { asked, assertPrefixes, brokenOver, forms, modelOver, script } from '../through.mjs';
import { agents } from './agents.mjs';

const wanted = process.env.AGENTS?.split(',') ?? Object.keys(agents);
const spoken = (process.env.CLIENT_FORMS ?? 'messages,chat').split(',');

for (const name of wanted) {
  for (const [form, told] of Object.entries(agents[name].forms).filter(([form]) => spoken.includes(form))) {
    for (const over of forms) {
      test(`${name}, ${form}, over ${over}`, (t) => judge(t, told, agents[name].shell, over));
    }
  }
}

async function judge(t, told, shell, over) {
  await t.test('runs a tool', async (t) => {
    const { prompt } = script({ say: 'Let me see.', ...shell('echo "hi from $((40 + 2))"') }, { say: 'It said: {result}' });
    assert.match(await said(t, told, modelOver(over), prompt), /It said: [^]*hi from 42/);
  });

  await t.test('begins each of 25 turns with the bytes of the one before', async (t) => {
    const { tag, prompt } = script({ ...shell('echo turn {n}'), times: 25 }, { say: 'Last: {result}' });
    assert.match(await said(t, told, modelOver(over), prompt), /Last: [^]*turn 25/);
    await assertPrefixes(tag, 26);
  });

  await t.test('asks again after a failure that passes, or says it', async (t) => {
    const { tag, prompt } = script({ fail: 503, times: 1 }, shell('echo $((6 * 7))'), { say: 'After that: {result}' });
    const all = await said(t, told, modelOver(over), prompt, { mayFail: true });
    assert.match(all, /After that: [^]*42|^exit [^0][^]*The script says 503/);
    assert.ok((await asked(tag)).some(({ status }) => status === 503));
  });

  await t.test('does not take a broken stream for an answer', async (t) => {
    const { tag, prompt } = script({ cut: 'This is broken off before it has come to its end.', times: 1 }, shell('echo $((6 * 7))'), { say: 'After that: {result}' });
    const all = await said(t, told, brokenOver(over), prompt, { mayFail: true });
    // Some keep the half that came, and go on from there.
    assert.ok(/After that: (?!\{)/.test(all) || !/^exit 0\n/.test(all), all);
    assert.ok((await asked(tag)).length >= 1);
  });
}

async function said(t, told, model, prompt, { mayFail = false } = {}) {
  const { first, files, env, args } = told(model);
  const home = emptyHome(t, files);
  if (first) {
    const ended = await run(home, first, env);
    assert.equal(ended.code, 0, ended.all);
  }

  const ended = await run(home, args(prompt, home), env);
  assert.ok(mayFail || ended.code === 0, ended.all);
  return ended.all;
}
