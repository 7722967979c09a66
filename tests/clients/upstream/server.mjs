// An upstream whose answers stand in the prompts (script.mjs), in the three forms that upstreams speak, on a free port that it
// prints. GET /log tells what it was asked, what it said and what usage it claimed; it ends with its standard input.
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import * as chat from './chat.mjs';
import * as messages from './messages.mjs';
import * as responses from './responses.mjs';
import { answerTo } from './script.mjs';

const forms = { chat, messages, responses };
const log = [];
let asked = 0;

async function answer(request, response) {
  const url = new URL(request.url, 'http://upstream');
  const raw = await textOf(request);
  const json = (status, value) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (url.pathname === '/log') {
    return json(200, log);
  }

  const [name, form] = Object.entries(forms).find(([, { path }]) => path.test(url.pathname)) ?? [];
  if (!form) {
    return json(404, chat.error(404, `No such path: ${url.pathname}`));
  }

  const body = JSON.parse(raw);
  const question = form.read(body);
  const { tag, fail, retryAfter, cut, pause, inputTokens, ...words } = answerTo(question);
  const input = inputTokens ?? Math.ceil(raw.length / 4);
  const usage = { input, cached: Math.floor(input / 2), output: 1 + Math.ceil((words.text ?? '').length / 4) };
  const entry = { form: name, path: url.pathname, tag, offersTools: question.tools.length > 0, headers: request.headers, body: raw, ...(fail ? { status: fail } : { status: 200, usage }), apart: /-(broken|priced)$/.test(body.model), answer: words };
  log.push(entry);
  if (fail) {
    if (retryAfter) {
      response.setHeader('retry-after', retryAfter);
    }

    return json(fail, form.error(fail, `The script says ${fail}.`));
  }

  const said = { ...words, usage, id: String(++asked), model: body.model };
  if (!question.stream) {
    await wait(pause ?? 0);
    return cut ? request.socket.destroy() : json(200, form.whole(said));
  }

  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let silence = pause;
  for (const { name, data, text } of form.events(said, body)) {
    if (text && silence) {
      await wait(silence);
      silence = 0;
    }

    response.write(`${name ? `event: ${name}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
    if (cut && text) {
      await wait(20);
      return request.socket.destroy();
    }
  }

  response.end();
}

async function textOf(request) {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) {
    text += piece;
  }

  return text;
}

const server = http.createServer((request, response) =>
  answer(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  }),
);
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
process.stdin.resume().once('end', () => process.exit());
