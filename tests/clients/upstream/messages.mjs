// Anthropic's Messages, as a server says it.
import { pieces, textOf } from './pieces.mjs';

export const path = /\/messages$/;

export function read(body) {
  const turns = body.messages.map(({ role, content }) => {
    const blocks = Array.isArray(content) ? content : [{ type: 'text', text: content }];
    const results = blocks.filter((block) => block.type === 'tool_result');
    return { role, text: textOf(blocks.filter((block) => block.type === 'text')), results: results.map(({ content }) => textOf(content)), images: imagesOf([...blocks, ...results.flatMap(({ content }) => content)]) };
  });
  return { turns, tools: (body.tools ?? []).map(({ name }) => ({ flat: name, name })), stream: body.stream === true };
}

const imagesOf = (blocks) => blocks.filter((block) => block?.type === 'image').map(({ source }) => `data:${source.media_type};base64,`);

const stop = (answer) => (answer.calls.length > 0 ? 'tool_use' : 'end_turn');
const usageOf = ({ input, cached, output }) => ({ input_tokens: input - cached, cache_read_input_tokens: cached, cache_creation_input_tokens: 0, output_tokens: output });
const blocksOf = (answer) => [
  ...(answer.thinking ? [{ type: 'thinking', thinking: answer.thinking, signature: 'c2lnbmVk' }] : []),
  ...(answer.text ? [{ type: 'text', text: answer.text }] : []),
  ...answer.calls.map(({ tool, input }, index) => ({ type: 'tool_use', id: `toolu_${answer.id}_${index}`, name: tool.name, input })),
];

export const whole = (answer) => ({
  id: `msg_${answer.id}`,
  type: 'message',
  role: 'assistant',
  model: answer.model,
  content: blocksOf(answer),
  stop_reason: stop(answer),
  stop_sequence: null,
  usage: usageOf(answer.usage),
});

export function* events(answer) {
  const event = (data) => ({ name: data.type, data });
  yield event({ type: 'message_start', message: { ...whole(answer), content: [], stop_reason: null, usage: { ...usageOf(answer.usage), output_tokens: 1 } } });
  yield event({ type: 'ping' });
  for (const [index, block] of blocksOf(answer).entries()) {
    const delta = (delta) => event({ type: 'content_block_delta', index, delta });
    const { empty, deltas } = opened[block.type](block);
    yield event({ type: 'content_block_start', index, content_block: empty });
    for (const each of deltas) {
      yield { ...delta(each), text: block.type === 'text' };
    }

    yield event({ type: 'content_block_stop', index });
  }

  yield event({ type: 'message_delta', delta: { stop_reason: stop(answer), stop_sequence: null }, usage: { output_tokens: answer.usage.output } });
  yield event({ type: 'message_stop' });
}

const opened = {
  thinking: (block) => ({
    empty: { type: 'thinking', thinking: '', signature: '' },
    deltas: [...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature: block.signature }],
  }),
  text: (block) => ({ empty: { type: 'text', text: '' }, deltas: pieces(block.text).map((text) => ({ type: 'text_delta', text })) }),
  tool_use: (block) => ({
    empty: { ...block, input: {} },
    deltas: pieces(JSON.stringify(block.input)).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  }),
};

export const error = (status, message) => ({ type: 'error', error: { type: status === 529 ? 'overloaded_error' : status < 500 ? 'invalid_request_error' : 'api_error', message } });
