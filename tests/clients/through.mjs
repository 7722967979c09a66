// What the tests of clients share: models over upstreams of each form, prompts with a script (upstream/script.mjs), and what the
// upstream and the ledger have seen of it. Environment: BASE_URL (without /v1), API_KEY, UPSTREAM_URL; FORMS: only these forms.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

export const { BASE_URL, API_KEY, UPSTREAM_URL } = process.env;

/** The forms that upstreams speak. */
export const forms = (process.env.FORMS ?? 'chat,messages,responses').split(',');
export const modelOver = (form) => `over-${form}`;

/** Another one there, for streams that break: what a broken answer has cost is a guess. */
export const brokenOver = (form) => `broken-over-${form}`;

/** One there that has a price, for callers with budgets. */
export const pricedOver = (form) => `priced-over-${form}`;

/** Another key of the gateway, with limits as its operators write them. */
export async function keyWith(limits) {
  const response = await fetch(`${BASE_URL}/manage/keys`, { method: 'POST', headers: { 'x-api-key': API_KEY, 'content-type': 'application/json' }, body: JSON.stringify({ team: 'clients', limits }) });
  const { key } = await response.json();
  assert.ok(key, `The gateway made no key: ${response.status}`);
  return key;
}

let scripts = 0;

/** A prompt that holds a script, and its tag. */
export function script(...steps) {
  const tag = `${process.pid}-${++scripts}`;
  return { tag, prompt: `Please: ${JSON.stringify([[tag, ...steps]])}` };
}

/** What the upstream was asked in a script's conversation. */
export const asked = async (tag) => (await log()).filter((entry) => entry.tag === tag);
const log = async () => (await fetch(`${UPSTREAM_URL}/log`)).json();

/** The ledger holds just what the upstream of this form has claimed since the gateway started. Totals are written after a while. */
export async function assertBooked(form) {
  const claimed = { input: 0, cache_read: 0, output: 0 };
  for (const { usage } of (await log()).filter((entry) => entry.form === form && entry.usage && !entry.apart)) {
    claimed.input += usage.input - usage.cached;
    claimed.cache_read += usage.cached;
    claimed.output += usage.output;
  }

  for (let tries = 0; ; tries++) {
    const { rows } = await (await fetch(`${BASE_URL}/v1/usage?by=model`, { headers: { 'x-api-key': API_KEY } })).json();
    const { input, cache_read, output } = rows.find(({ model }) => model?.startsWith(`${form}/`) && !/-(broken|priced)$/.test(model))?.tokens ?? {};
    try {
      return assert.deepEqual({ input, cache_read, output }, claimed);
    } catch (error) {
      // Only so that a failure is told: no machine that works is so busy.
      if (tries === 1800) {
        throw error;
      }
    }

    await wait(100);
  }
}

/**
 * Each request begins with the one before, byte for byte; an upstream caches by that. Where a cache ends is said by marks that
 * move with each turn, as Anthropic has it: they are no part of what is cached, and alone are not compared.
 * bareTexts: nor whether a text stands alone or in a list. A client whose own form the upstream speaks is passed on as it is, and
 * some, Claude Code among them, write a text as a list while it has a mark and bare once the mark has moved on.
 */
export async function assertPrefixes(tag, atLeast, { bareTexts = false } = {}) {
  const conversation = (await asked(tag)).filter(({ offersTools }) => offersTools);
  assert.ok(conversation.length >= atLeast, `${conversation.length} requests`);
  const said = conversation.map(({ form, body }) => {
    const unmarked = form === 'messages' ? body.replace(/,\s*"cache_control"\s*:\s*\{[^{}]*\}/g, '') : body;
    return partsOf(bareTexts ? unmarked.replace(/"content"\s*:\s*\[\s*\{\s*"type"\s*:\s*"text"\s*,\s*"text"\s*:\s*("(?:[^"\\]|\\.)*")\s*\}\s*\]/g, '"content":$1') : unmarked);
  });
  for (let i = 1; i < said.length; i++) {
    for (const name of ['system', 'instructions', 'tools']) {
      assert.equal(said[i][name], said[i - 1][name], `${name} of request ${i + 1}`);
    }

    const [before, after] = [said[i - 1].list, said[i].list];
    assert.ok(after.length > before.length, `request ${i + 1} is no longer than the one before`);
    assert.deepEqual(after.slice(0, before.length), before, `messages of request ${i + 1}`);
  }
}

/** Where client and upstream speak one form: what the upstream was asked is what the client asked, byte for byte, but for the model. */
export async function assertRelayed(tag, exchanges) {
  const unnamed = (body) => body.replace(/"model"\s*:\s*"[^"]*"/, '"model":""');
  assert.deepEqual((await asked(tag)).map(({ body }) => unnamed(body)), exchanges.filter(({ request }) => request.includes(tag)).map(({ request }) => unnamed(request)));
}

/** The raw text of each member, and of each message or item. */
function partsOf(body) {
  const members = Object.fromEntries(split(body).map((member) => {
    const [, name, value] = /^\s*"(\w+)"\s*:\s*([^]*)$/.exec(member);
    return [name, value];
  }));
  return { ...members, list: split(members.messages ?? members.input) };
}

/** The raw texts of the elements of an array, or of the members of an object. */
function split(json) {
  const parts = [];
  let [depth, begin] = [0, 0];
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === '[' || token === '{') {
      begin = depth++ === 0 ? index + 1 : begin;
    } else if (token === ']' || token === '}') {
      depth--;
    }

    if (depth === 0 ? /[\]}]/.test(token) : depth === 1 && token === ',') {
      parts.push(json.slice(begin, index).trim());
      begin = index + 1;
    }
  }

  return parts.filter((part) => part !== '');
}
