// The large agents over upstreams of every form; what is an agent's own way stands with it in agents.mjs. AGENTS: only these; CLIENT_FORMS: only these forms of theirs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyHome, run } from '../cli.mjs';
import { asked, assertPrefixes, brokenOver, forms, modelOver, script } from '../through.mjs';
import { agents } from './agents.mjs';

const wanted = process.env.AGENTS?.split(',') ?? Object.keys(agents);
const spoken = (process.env.CLIENT_FORMS ?? 'messages,chat,responses').split(',');

for (const name of wanted) {
  for (const form of Object.keys(agents[name].forms).filter((form) => spoken.includes(form))) {
    for (const over of forms) {
      test(`${name}, ${form}, over ${over}`, (t) => judge(t, name, form, over));
    }
  }
}

async function judge(t, name, form, over) {
  const { forms, shell, after503 = () => 'asks again', afterBreak = () => 'asks again' } = agents[name];
  const told = forms[form];
  const [failed, broken] = [after503(form, over), afterBreak(form, over)];

  await t.test('runs a tool', async (t) => {
    const { prompt } = script({ say: 'Let me see.', ...shell('echo "hi from $((40 + 2))"') }, { say: 'It said: {result}' });
    assert.match(await said(t, told, modelOver(over), prompt), /It said: [^]*hi from 42/);
  });

  await t.test('begins each of 25 turns with the bytes of the one before', async (t) => {
    const { tag, prompt } = script({ ...shell('echo turn {n}'), times: 25 }, { say: 'Last: {result}' });
    assert.match(await said(t, told, modelOver(over), prompt), /Last: [^]*turn 25/);
    await assertPrefixes(tag, 26, { bareTexts: form === over });
  });

  await t.test(`${failed} after a failure that passes`, async (t) => {
    const { tag, prompt } = script({ fail: 503, times: 1 }, shell('echo $((6 * 7))'), { say: 'After that: {result}' });
    const all = await said(t, told, modelOver(over), prompt, { mayFail: true });
    assert.equal(outcome(all), failed, all);
    assert.deepEqual((await asked(tag)).map(({ status }) => status).slice(0, 2), failed === 'asks again' ? [503, 200] : [503]);
  });

  await t.test(`${broken} when a stream breaks, and does not take it for an answer`, async (t) => {
    const { prompt } = script({ cut: 'This is broken off before it has come to its end.', times: 1 }, shell('echo $((6 * 7))'), { say: 'After that: {result}' });
    const all = await said(t, told, brokenOver(over), prompt, { mayFail: true });
    assert.equal(outcome(all), broken, all);
  });
}

/** What became of a run whose first answer failed. One that keeps the half of an answer skips the step that this half stood for. */
function outcome(all) {
  return /After that: (?!\{)[^]*42/.test(all) ? 'asks again' : /After that: (?!\{)/.test(all) ? 'goes on from the half' : /^exit 0\n/.test(all) ? 'takes it for an answer' : 'says it';
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
