// What Claude Code and Codex make of a gateway that refuses them: whether they stop at once, how often they ask, and what they show.
// The gateway refuses before it looks at the upstream, so most of it is the same over all; a budget runs out over each form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersAsked, record } from './recorder.mjs';
import { bash, claude, codex, shell } from './terminal.mjs';
import { asked, BASE_URL, forms, keyWith, modelOver, pricedOver, script } from './through.mjs';

const [first] = forms;
const clients = {
  'Claude Code': {
    run: claude, tool: bash, errorOf: ({ lines }) => lines.findLast(({ type }) => type === 'result').result, used: 402,
    budgetSaid: /API Error: 402 .*budget/s, whole: ({ result }) => result,
  },
  Codex: { run: codex, tool: shell, errorOf: ({ all }) => all, used: 400, budgetSaid: /"turn.failed".*budget/, whole: ({ text }) => text },
};

for (const [name, { run, tool, errorOf, used, budgetSaid, whole }] of Object.entries(clients)) {
  /** A run behind a recorder: what it showed, and how often it asked for an answer. */
  const refused = async (t, model, prompt, options) => {
    const recorder = await record(t, BASE_URL);
    const ended = await run(t, model, prompt, { url: recorder.url, quiet: true, ...options });
    assert.notEqual(ended.code, 0, ended.all);
    return { shown: errorOf(ended), exchanges: answersAsked(recorder) };
  };

  test(`${name} with a budget of nearly nothing stops at its first request, and shows the budget`, async (t) => {
    const { tag, prompt } = script({ say: 'Paid.' });
    const { shown, exchanges } = await refused(t, pricedOver(first), prompt, { key: await keyWith({ budget_per_day: { usd: 0.000001 } }) });
    assert.deepEqual(exchanges.map(({ status }) => status), [used]);
    assert.match(shown, budgetSaid);
    assert.match(shown, /0\.000001 USD[^]*(reset|operator)/i);
    assert.deepEqual(await asked(tag), []);
  });

  for (const form of forms) {
    test(`${name} over ${form} stops at once when its budget runs out within a loop of tools`, async (t) => {
      const { tag, prompt } = script({ ...tool('echo turn {n}'), times: 25, input_tokens: 50_000 }, { say: 'Too dear.' });
      const { shown, exchanges } = await refused(t, pricedOver(form), prompt, { key: await keyWith({ budget_per_day: { usd: 2 } }) });
      const statuses = exchanges.map(({ status }) => status);
      assert.ok(statuses.length >= 3 && statuses.length < 25, String(statuses));
      assert.deepEqual(statuses, [...statuses.slice(1).map(() => 200), used]);
      assert.equal((await asked(tag)).length, statuses.length - 1);
      assert.match(shown, budgetSaid);
    });
  }

  test(`${name} with a wrong key says so`, async (t) => {
    const { tag, prompt } = script({ say: 'Let in.' });
    const { shown, exchanges } = await refused(t, modelOver(first), prompt, { key: 'mgw_nobody_wrong' });
    assert.match(shown, /API key/);
    // Codex looks at the status alone.
    assert.ok(exchanges.length <= (name === 'Codex' ? 6 : 1), `${exchanges.length} requests`);
    assert.deepEqual([...new Set(exchanges.map(({ status }) => status))], [401]);
    assert.deepEqual(await asked(tag), []);
  });

  test(`${name} that asks for an unknown model is told which`, async (t) => {
    const { shown, exchanges } = await refused(t, 'nobody-has-this', script({ say: 'Known.' }).prompt);
    assert.match(shown, /nobody-has-this/);
    // Claude Code asks once more, without a stream.
    assert.deepEqual(exchanges.map(({ status }) => status), name === 'Codex' ? [404] : [404, 404]);
  });

  test(`${name} waits while its key's only stream is taken, and goes on when it is free`, async (t) => {
    const key = await keyWith({ concurrent_streams: { value: 1 } });
    const holder = await holdStream(key);
    t.after(() => holder.abort());
    const recorder = await record(t, BASE_URL);
    const { prompt } = script({ say: 'My turn.' });
    const running = run(t, modelOver(first), prompt, { url: recorder.url, key });
    let over = false;
    running.then(() => (over = true), () => (over = true));
    while (!over && !answersAsked(recorder).some(({ status }) => status === 429)) {
      await new Promise((later) => setTimeout(later, 50));
    }

    holder.abort();
    const ended = await running;
    assert.match(whole(ended), /My turn\./);
    const refusals = answersAsked(recorder).filter(({ status }) => status === 429);
    assert.ok(refusals.length > 0 && refusals.every(({ headers }) => /^\d+$/.test(headers['retry-after'])));
  });

  test(`${name} waits as long as a busy upstream says, and goes on`, async (t) => {
    const recorder = await record(t, BASE_URL);
    const { prompt } = script({ fail: 429, times: 1, retry_after: 1 }, { say: 'After that.' });
    const ended = await run(t, modelOver(first), prompt, { url: recorder.url });
    assert.match(whole(ended), /After that\./);
    assert.deepEqual(answersAsked(recorder).map(({ status, headers }) => [status, headers['retry-after']]), [[429, '1'], [200, undefined]]);
  });
}

/** A stream that runs until it is let go: where the gateway gives up on the silent upstream before, the next takes its place. */
async function holdStream(key) {
  const holder = new AbortController();
  const begin = async () => {
    const { prompt } = script({ pause: 600_000, say: 'Late.' });
    const response = await fetch(`${BASE_URL}/v1/messages`, {
      method: 'POST', signal: holder.signal, headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ model: `broken-over-${first}`, max_tokens: 10, stream: true, messages: [{ role: 'user', content: prompt }] }),
    });
    assert.equal(response.status, 200);
    return response;
  };
  const hold = async (response) => {
    while (!holder.signal.aborted) {
      await response.text().catch(() => undefined);
      response = holder.signal.aborted ? response : await begin();
    }
  };
  hold(await begin()).catch(() => undefined);
  return holder;
}
