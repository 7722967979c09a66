// The official TypeScript SDK as a client of the echo provider. Environment: BASE_URL (without /v1), API_KEY.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';

const baseURL = process.env.BASE_URL;
const connect = (options) => new Anthropic({ baseURL, apiKey: process.env.API_KEY, maxRetries: 0, ...options });
const client = connect();
const ask = (content, more) => ({ model: 'echo', max_tokens: 256, messages: [{ role: 'user', content }], ...more });
const weather = {
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

test('create returns text, usage and the request id', async () => {
  const message = await client.messages.create(ask('Hello there'));
  assert.deepEqual(message.content.map((block) => block.text), ['Hello there']);
  assert.equal(message.stop_reason, 'end_turn');
  assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
  assert.match(message._request_id, /^req_/);
});

test('a stream becomes the same message', async () => {
  const stream = client.messages.stream(ask('Hello streaming world'));
  let pieces = 0;
  stream.on('text', () => pieces++);
  const message = await stream.finalMessage();
  assert.equal(message.content[0].text, 'Hello streaming world');
  assert.ok(pieces > 1);
});

test('a tool loop runs to its end', async () => {
  const question = ask('/tool get_weather {"city":"Oslo"}', { tools: [weather] });
  const first = await client.messages.stream(question).finalMessage();
  assert.equal(first.stop_reason, 'tool_use');
  const call = first.content.find((block) => block.type === 'tool_use');
  assert.deepEqual(call.input, { city: 'Oslo' });
  const second = await client.messages.create({
    ...question,
    messages: [
      ...question.messages,
      { role: 'assistant', content: first.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'sunny' }] },
    ],
  });
  assert.equal(second.content[0].text, 'The tool answered: sunny');
});

test('the tool runner falls back from message threads without losing the conversation', async () => {
  let city;
  const tool = {
    type: 'custom',
    name: 'get_weather',
    description: 'Weather of a city',
    input_schema: weather.input_schema,
    parse: (input) => input,
    run: (input) => {
      city = input.city;
      return 'rain';
    },
  };
  const message = await client.beta.messages.toolRunner(ask('/tool get_weather {"city":"Rome"}', { tools: [tool] }));
  assert.equal(city, 'Rome');
  assert.equal(message.content[0].text, 'The tool answered: rain');
});

test('models are listed to the end and retrieved', async () => {
  const ids = [];
  for await (const model of client.models.list({ limit: 1 })) {
    ids.push(model.id);
    assert.ok(ids.length < 100, 'the list has no end');
  }
  assert.ok(ids.includes('echo'));
  assert.equal((await client.models.retrieve('echo')).display_name, 'Echo (built in)');
});

test('tokens are counted', async () => {
  const count = await client.messages.countTokens({ model: 'echo', messages: [{ role: 'user', content: 'Hello' }], tools: [weather] });
  assert.ok(count.input_tokens > 0);
});

test('errors have their types', async () => {
  await assert.rejects(client.messages.create({ ...ask('x'), messages: [] }), Anthropic.BadRequestError);
  await assert.rejects(connect({ apiKey: 'wrong' }).messages.create(ask('x')), Anthropic.AuthenticationError);
  await assert.rejects(client.messages.create({ ...ask('x'), model: 'no-such-model' }), Anthropic.NotFoundError);
  await assert.rejects(client.models.retrieve('no-such-model'), Anthropic.NotFoundError);
});
