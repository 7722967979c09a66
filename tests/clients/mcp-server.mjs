// A server of the Model Context Protocol on its standard input and output, with one tool: it says a text backwards.
import { createInterface } from 'node:readline';

const tool = { name: 'backwards', description: 'Says a text backwards', inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } };
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'backwards', version: '1' } }),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': ({ arguments: { text } }) => ({ content: [{ type: 'text', text: [...text].reverse().join('') }] }),
};
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) {
    const answer = answers[method];
    console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(answer ? { result: answer(params) } : { error: { code: -32601, message: `no ${method}` } }) }));
  }
}
