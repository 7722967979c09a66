// Stands between a client and the gateway, and keeps what they said to each other: how often a client asks, and what it is told.
import http from 'node:http';

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host'];
const passed = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));

/** A recorder before the gateway, until the test ends: its address, and each exchange in order of the requests. */
export async function record(t, gateway) {
  const exchanges = [];
  const server = http.createServer(async (request, response) => {
    const exchange = { method: request.method, path: request.url, request: '', answer: '' };
    exchanges.push(exchange);
    const body = [];
    for await (const piece of request) {
      body.push(piece);
    }

    exchange.request = Buffer.concat(body).toString();
    const onward = http.request(new URL(request.url, gateway), { method: request.method, headers: passed(request.headers) }, (answer) => {
      Object.assign(exchange, { status: answer.statusCode, headers: answer.headers });
      response.writeHead(answer.statusCode, passed(answer.headers));
      answer.on('data', (piece) => {
        exchange.answer += piece;
        response.write(piece);
      });
      answer.on('end', () => response.end());
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(Buffer.concat(body));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, exchanges };
}

/** The exchanges that asked for an answer of a model. */
export const answersAsked = ({ exchanges }) => exchanges.filter(({ method, path }) => method === 'POST' && /\/(messages|responses|completions)(\?|$)/.test(path));
