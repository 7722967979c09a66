// OpenAI's Chat Completions, as a server says it.
import { pieces, textOf } from './pieces.mjs';

export const path = /\/chat\/completions$/;

export function read(body) {
  const turns = [];
  for (const message of body.messages) {
    const images = imagesOf(message.content);
    if (message.role === 'tool') {
      const turn = turns.at(-1)?.role === 'tools' ? turns.at(-1) : push(turns, 'tools');
      turn.results.push(textOf(message.content));
      turn.images.push(...images);
    } else if (message.role === 'user' && images.length > 0 && turns.at(-1)?.role === 'tools') {
      turns.at(-1).images.push(...images);
    } else {
      Object.assign(push(turns, message.role), { text: textOf(message.content), images });
    }
  }

  return { turns, tools: (body.tools ?? []).map(({ function: { name } }) => ({ flat: name, name })), stream: body.stream === true };
}

const push = (turns, role) => {
  turns.push({ role, text: '', results: [], images: [] });
  return turns.at(-1);
};
const imagesOf = (content) =>
  Array.isArray(content) ? content.filter((part) => part.type === 'image_url').map((part) => part.image_url.url.slice(0, 22)) : [];

const calls = (answer) => answer.calls.map(({ tool, input }, index) => ({ index, id: `call_${answer.id}_${index}`, type: 'function', function: { name: tool.name, arguments: JSON.stringify(input) } }));
const finish = (answer) => (answer.calls.length > 0 ? 'tool_calls' : 'stop');
const usageOf = ({ input, cached, output }) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cached },
});

export const whole = (answer) => ({
  id: `chatcmpl-${answer.id}`,
  object: 'chat.completion',
  created: 1,
  model: answer.model,
  choices: [{
    index: 0,
    message: {
      role: 'assistant',
      content: answer.text || null,
      ...(answer.thinking && { reasoning_content: answer.thinking }),
      ...(answer.calls.length > 0 && { tool_calls: calls(answer).map(({ index, ...call }) => call) }),
    },
    finish_reason: finish(answer),
  }],
  usage: usageOf(answer.usage),
});

export function* events(answer, body) {
  const chunk = (delta, finish_reason = null) => ({ data: { id: `chatcmpl-${answer.id}`, object: 'chat.completion.chunk', created: 1, model: answer.model, choices: [{ index: 0, delta, finish_reason }] } });
  yield chunk({ role: 'assistant', content: '' });
  for (const reasoning_content of pieces(answer.thinking)) {
    yield chunk({ reasoning_content });
  }

  for (const content of pieces(answer.text)) {
    yield { ...chunk({ content }), text: true };
  }

  for (const { function: { name, arguments: input }, ...call } of calls(answer)) {
    yield chunk({ tool_calls: [{ ...call, function: { name, arguments: '' } }] });
    for (const piece of pieces(input)) {
      yield chunk({ tool_calls: [{ index: call.index, function: { arguments: piece } }] });
    }
  }

  yield chunk({}, finish(answer));
  if (body.stream_options?.include_usage) {
    yield { data: { ...chunk({}).data, choices: [], usage: usageOf(answer.usage) } };
  }

  yield { data: '[DONE]' };
}

export const error = (status, message) => ({ error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code: null } });
