// What the official SDKs make of a gateway that is told to stop while they wait. Environment: BASE_URL, API_KEY; and
// NEXT_URL, NEXT_KEY: another instance, which a load balancer would choose for what is sent again.
// Prints "waiting" once all streams have begun and the others are on their way, then one line of JSON: how each ended.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const { BASE_URL, API_KEY, NEXT_URL, NEXT_KEY } = process.env;
const hello = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const message = { ...hello, max_tokens: 50 };

/** Sends the first try to the instance that stops, and all others to the next. */
const balanced = () => {
  let tries = 0;
  return (url, init) => {
    if (tries++ === 0) {
      return fetch(url, init);
    }
    const headers = new Headers(init.headers);
    for (const name of ['x-api-key', 'authorization']) {
      if (headers.has(name)) {
        headers.set(name, headers.get(name).replace(API_KEY, NEXT_KEY));
      }
    }
    return fetch(String(url).replace(BASE_URL, NEXT_URL), { ...init, headers });
  };
};

const anthropic = (options) => new Anthropic({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, ...options });
const openai = (options) => new OpenAI({ baseURL: `${BASE_URL}/v1`, apiKey: API_KEY, maxRetries: 0, ...options });
const iterate = async (stream, begun) => {
  for await (const _ of stream) {
    begun();
  }
};

/** Each says that its stream has begun, and comes back only if the SDK takes the stream for whole. */
const streams = {
  'anthropic for await': async (begun) => iterate(await anthropic().messages.create({ ...message, stream: true }), begun),
  'anthropic finalMessage': async (begun) => anthropic().messages.stream(message).on('text', begun).finalMessage(),
  'openai for await': async (begun) => iterate(await openai().chat.completions.create({ ...hello, stream: true }), begun),
  'openai finalChatCompletion': async (begun) => openai().chat.completions.stream(hello).on('content', begun).finalChatCompletion(),
};
const wholes = {
  'anthropic whole': async () => (await anthropic({ maxRetries: 2, fetch: balanced() }).messages.create(message)).content[0].text,
  'openai whole': async () => (await openai({ maxRetries: 2, fetch: balanced() }).chat.completions.create(hello)).choices[0].message.content,
};

const ends = {};
const watch = async (name, work) => {
  try {
    ends[name] = { complete: true, text: await work };
  } catch (error) {
    ends[name] = { complete: false, error: error.constructor.name, status: error.status };
  }
};
const all = [];
const begins = Object.entries(streams).map(([name, run]) => new Promise((begun) => all.push(watch(name, run(begun)).finally(begun))));
for (const [name, run] of Object.entries(wholes)) {
  all.push(watch(name, run()));
}
await Promise.all(begins);
console.log('waiting');
await Promise.all(all);
console.log(`ended ${JSON.stringify(ends)}`);
