// Every SDK over upstreams of every form: what it streams, its loops of tools, and how what goes wrong reaches it.
// CLIENT_FORMS: only clients that speak these.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sdks } from './sdks.mjs';
import { asked, assertBooked, assertPrefixes, brokenOver, forms, modelOver, script } from './through.mjs';

const spoken = (process.env.CLIENT_FORMS ?? 'messages,chat,responses').split(',');
const cases = Object.entries(sdks)
  .filter(([, { form }]) => spoken.includes(form))
  .flatMap(([name, sdk]) => forms.map((form) => ({ name: `${name} over ${form}`, sdk, form, model: modelOver(form) })));

test('SDKs', { concurrency: 4 }, (t) => Promise.all(cases.map((each) => t.test(each.name, (t) => judge(t, each)))));

for (const form of forms) {
  test(`the ledger over ${form} adds up`, () => assertBooked(form));
}

async function judge(t, { sdk, form, model }) {
  await t.test('a text is streamed', async () => {
    const text = 'Grüße, "quoted" 🙂, and\nenough words for more than one piece of a stream.';
    const { prompt } = script({ think: 'Let me think about that.', say: text });
    assert.equal(await sdk.stream(model, prompt), text);
  });

  await t.test('a whole text comes', async () => {
    const { prompt } = script({ say: 'All at once.' });
    assert.equal(await sdk.whole(model, prompt), 'All at once.');
  });

  await t.test('tools are called, two at once, with reasoning before', async () => {
    const { prompt } = script(
      { think: 'Both.', say: 'One moment.', calls: [{ call: 'look_up', input: { what: 'Oslo "é"' } }, { call: 'look_up', input: { what: 'Rome' } }] },
      { say: 'Found: {result}' },
    );
    assert.equal(await sdk.tools(model, prompt, async (what) => `${what} is there`), 'Found: Oslo "é" is there|Rome is there');
  });

  await t.test('each of 25 turns begins with the bytes of the one before', async () => {
    const { tag, prompt } = script({ think: 'Turn {n}.', call: 'look_up', input: { what: 'thing {n}' }, times: 25 }, { say: 'Last: {result}' });
    assert.equal(await sdk.tools(model, prompt, async (what) => `${what} is there`), 'Last: thing 25 is there');
    await assertPrefixes(tag, 26);
  });

  await t.test('a failure that passes is not noticed', async () => {
    const { tag, prompt } = script({ fail: 503, times: 1 }, { say: 'Recovered.' });
    assert.equal(await sdk.stream(model, prompt), 'Recovered.');
    assert.deepEqual((await asked(tag)).map(({ status }) => status), [503, 200]);
  });

  await t.test('a refusal is an error', async () => {
    const { prompt } = script({ fail: 400 });
    await assert.rejects(sdk.stream(model, prompt));
    await assert.rejects(sdk.whole(model, prompt));
  });

  await t.test('a broken stream is never a whole answer', async () => {
    const { prompt } = script({ cut: 'This text is broken off before it has come to its end.' });
    await assert.rejects(sdk.stream(brokenOver(form), prompt));
  });

  await t.test('a long silence is waited for', async () => {
    const { prompt } = script({ pause: 900, say: 'Here I am.' });
    assert.equal(await sdk.stream(model, prompt), 'Here I am.');
  });
}
