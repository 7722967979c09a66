// OpenAI's Responses, as a server says it.
import { pieces, textOf } from './pieces.mjs';

export const path = /\/responses$/;

export function read(body) {
  const turns = [];
  const turn = (role) => {
    if (turns.at(-1)?.role !== role) {
      turns.push({ role, text: '', results: [], images: [] });
    }

    return turns.at(-1);
  };
  for (const item of typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input) {
    if (/_output$/.test(item.type)) {
      const results = turn('tools');
      results.results.push(textOf(item.output));
      results.images.push(...imagesOf(item.output));
    } else if (item.role === 'user' && imagesOf(item.content).length > 0 && turns.at(-1)?.role === 'tools') {
      turns.at(-1).images.push(...imagesOf(item.content));
    } else if (item.type === 'message' || !item.type) {
      const message = turn(item.role);
      message.text += `\n${textOf(item.content)}`;
      message.images.push(...imagesOf(item.content));
    } else {
      turn('assistant');
    }
  }

  const offered = [...(body.tools ?? []), ...(Array.isArray(body.input) ? body.input : []).flatMap((item) => (item.type === 'additional_tools' ? item.tools : []))];
  return { turns, tools: offered.flatMap(toolsOf), stream: body.stream === true };
}

const imagesOf = (content) => (Array.isArray(content) ? content.filter((part) => part.type === 'input_image').map((part) => part.image_url.slice(0, 22)) : []);
const toolsOf = ({ type, name, tools }) =>
  type === 'namespace' ? tools.map((tool) => ({ ...tool, flat: `${name}__${tool.name}`, namespace: name })) : type === 'function' || type === 'custom' ? [{ flat: name, name, type }] : [];

const usageOf = ({ input, cached, output }) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: input + output,
});
const itemsOf = (answer) => [
  ...(answer.thinking ? [{ id: `rs_${answer.id}`, type: 'reasoning', summary: [{ type: 'summary_text', text: answer.thinking }], encrypted_content: `sealed-${answer.id}` }] : []),
  ...(answer.text ? [{ id: `msg_${answer.id}`, type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text: answer.text, annotations: [], logprobs: [] }] }] : []),
  ...answer.calls.map(({ tool: { type, name, namespace }, input }, index) => ({
    ...(type === 'custom'
      ? { id: `ctc_${answer.id}_${index}`, type: 'custom_tool_call', input: input.input ?? JSON.stringify(input) }
      : { id: `fc_${answer.id}_${index}`, type: 'function_call', status: 'completed', arguments: JSON.stringify(input) }),
    call_id: `call_${answer.id}_${index}`,
    name,
    ...(namespace && { namespace }),
  })),
];
const begun = (answer) => ({
  id: `resp_${answer.id}`,
  object: 'response',
  created_at: 1,
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  instructions: null,
  model: answer.model,
  output: [],
  parallel_tool_calls: true,
  store: false,
  tool_choice: 'auto',
  tools: [],
  usage: null,
});

export const whole = (answer) => ({ ...begun(answer), status: 'completed', output: itemsOf(answer), usage: usageOf(answer.usage) });

export function* events(answer) {
  let sequence_number = 0;
  const event = (type, data) => ({ name: type, data: { type, sequence_number: sequence_number++, ...data } });
  yield event('response.created', { response: begun(answer) });
  yield event('response.in_progress', { response: begun(answer) });
  for (const [output_index, item] of itemsOf(answer).entries()) {
    const at = { output_index, item_id: item.id };
    yield* inside[item.type](item, (type, data) => event(`response.${type}`, { ...at, ...data }), (item) => event('response.output_item.added', { output_index, item }));
    yield event('response.output_item.done', { output_index, item });
  }

  yield event('response.completed', { response: whole(answer) });
}

/** What comes of an item before it is done. */
const inside = {
  *reasoning(item, event, added) {
    yield added({ ...item, summary: [], encrypted_content: '' });
    const [part] = item.summary;
    yield event('reasoning_summary_part.added', { summary_index: 0, part: { ...part, text: '' } });
    for (const delta of pieces(part.text)) {
      yield event('reasoning_summary_text.delta', { summary_index: 0, delta });
    }

    yield event('reasoning_summary_text.done', { summary_index: 0, text: part.text });
    yield event('reasoning_summary_part.done', { summary_index: 0, part });
  },
  *message(item, event, added) {
    yield added({ ...item, status: 'in_progress', content: [] });
    const [part] = item.content;
    yield event('content_part.added', { content_index: 0, part: { ...part, text: '' } });
    for (const delta of pieces(part.text)) {
      yield { ...event('output_text.delta', { content_index: 0, delta, logprobs: [] }), text: true };
    }

    yield event('output_text.done', { content_index: 0, text: part.text, logprobs: [] });
    yield event('content_part.done', { content_index: 0, part });
  },
  *function_call(item, event, added) {
    yield added({ ...item, status: 'in_progress', arguments: '' });
    for (const delta of pieces(item.arguments)) {
      yield event('function_call_arguments.delta', { delta });
    }

    yield event('function_call_arguments.done', { name: item.name, arguments: item.arguments });
  },
  *custom_tool_call(item, event, added) {
    yield added({ ...item, input: '' });
    for (const delta of pieces(item.input)) {
      yield event('custom_tool_call_input.delta', { delta });
    }

    yield event('custom_tool_call_input.done', { input: item.input });
  },
};

export const error = (status, message) => ({ error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code: null } });
