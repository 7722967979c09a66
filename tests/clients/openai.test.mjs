// The official OpenAI SDK as a client of the echo provider. Environment: BASE_URL (without /v1), API_KEY.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';

const baseURL = `${process.env.BASE_URL}/v1`;
const client = new OpenAI({ baseURL, apiKey: process.env.API_KEY, maxRetries: 0 });
const ask = (content, more) => ({ model: 'echo', messages: [{ role: 'user', content }], ...more });

test('a completion returns text and usage', async () => {
  const completion = await client.chat.completions.create(ask('Hello there'));
  assert.equal(completion.choices[0].message.content, 'Hello there');
  assert.equal(completion.model, 'echo');
  assert.ok(completion.usage.total_tokens > 0);
});

test('a stream has no usage chunk unless it was asked for', async () => {
  for (const wanted of [false, true]) {
    let text = '';
    let usage = null;
    const options = wanted ? { stream_options: { include_usage: true } } : {};
    for await (const chunk of await client.chat.completions.create(ask('Hello streaming world', { stream: true, ...options }))) {
      text += chunk.choices[0]?.delta?.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, 'Hello streaming world');
    assert.equal(usage !== null, wanted);
  }
});

test('models are listed', async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    ids.push(model.id);
  }
  assert.ok(ids.includes('echo'));
});

test('errors have their types', async () => {
  const wrong = new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 });
  await assert.rejects(wrong.chat.completions.create(ask('x')), OpenAI.AuthenticationError);
  await assert.rejects(client.chat.completions.create(ask('x', { model: 'no-such-model' })), OpenAI.NotFoundError);
  await assert.rejects(client.chat.completions.create(ask('x', { messages: [] })), OpenAI.BadRequestError);
});
