// A loop of a client as people read it: what client, gateway and upstream said to each other, in order, without what differs from
// run to run (ids, ports, folders) and without what the client says of itself.
import { answersAsked } from './recorder.mjs';
import { textOf } from './upstream/pieces.mjs';

const names = { chat: 'Chat Completions', messages: 'Messages', responses: 'Responses' };
const formOf = (path) => (/\/messages/.test(path) ? 'messages' : /\/responses/.test(path) ? 'responses' : 'chat');

export function transcript({ client, version, form, recorder, asked, tag, ended }) {
  const plain = (text) =>
    text
      .replaceAll(tag, 'tag')
      .replace(/[^\s"']*client-\w{6}/g, '~')
      .replace(/\b(call|toolu|msg|resp|rs|fc|req|item)_[\w-]+/g, '$1_...')
      .replace(/(Chunk ID: )\w+|(Wall time: )[\d.]+/g, '$1$2...');
  const exchanges = answersAsked(recorder).filter(({ request }) => request.includes(tag));
  const before = {};
  const turns = exchanges.map((exchange, index) => {
    const upstream = asked[index];
    const translation = exchange.headers['x-gateway-translation'];
    const [said, passed] = [JSON.parse(exchange.request), JSON.parse(upstream.body)];
    return [
      `## Turn ${index + 1}`,
      `${client} asks: \`${exchange.method} ${exchange.path}\`, model \`${said.model}\``, added(before, 'client', conversation(formOf(exchange.path), said)),
      `The gateway asks: \`POST ${upstream.path}\`, model \`${passed.model}\``, added(before, 'gateway', conversation(formOf(upstream.path), passed)),
      'The upstream answers', block(answerOf(upstream.answer)),
      `${client} gets: ${exchange.status}, ${translation ? `\`x-gateway-translation: ${translation}\`` : 'nothing translated'}`, block(events(exchange.answer)),
    ].join('\n\n');
  });
  return plain([
    `# ${client} over an upstream of ${names[form]}`,
    `One loop of tools of ${client} ${version}, as \`tests/clients/transcripts.test.mjs\` has recorded it. The script of the upstream is in the\nprompt. Ids, folders and what the client says of itself are left out.`,
    ...turns,
    `## What ${client} shows`, block([ended]),
  ].join('\n\n')) + '\n';
}

const block = (lines) => ['```text', ...lines, '```'].join('\n');

/** What has come to a conversation since the turn before, which stands there unchanged, or the whole is shown again. */
function added(before, side, lines) {
  const known = before[side] ?? [];
  before[side] = lines;
  const same = known.length > 0 && known.every((line, index) => line === lines[index]);
  return block(same ? ['(what was said so far, unchanged)', ...lines.slice(known.length)] : lines);
}

const clip = (text) => (text.length > 300 ? `${text.slice(0, 300)} ...` : text).trim();
const signed = (seal) => (seal ? ` [sealed by the ${seal.startsWith('gwy1.') ? 'gateway' : 'upstream'}]` : '');

/** The lines of a conversation: from its first prompt on; before that stands what the client says of itself. */
function conversation(form, body) {
  const lines = readers[form](body);
  const begin = lines.findIndex((line) => line.includes('[["'));
  return ['(instructions and tools)', ...lines.slice(begin).filter((line) => !/^(system|developer): |^user: (<|# )/.test(line)).map(clip)];
}

const called = (name, input) => `assistant calls ${name} ${typeof input === 'string' ? input : JSON.stringify(input)}`;

const readers = {
  messages: ({ messages }) =>
    messages.flatMap(({ role, content }) =>
      (Array.isArray(content) ? content : [{ type: 'text', text: content }]).map((part) => ({
        text: () => `${role}: ${part.text}`,
        thinking: () => `${role} thinks: ${part.thinking}${signed(part.signature)}`,
        tool_use: () => called(part.name, part.input),
        tool_result: () => `result: ${textOf(part.content)}`,
      })[part.type]?.() ?? `${role}: ${part.type}`),
    ),
  chat: ({ messages }) =>
    messages.flatMap(({ role, content, tool_calls = [], reasoning_content }) => [
      ...(reasoning_content ? [`${role} thinks: ${reasoning_content}`] : []),
      ...(content ? (Array.isArray(content) ? content : [{ text: content }]).map((part) => `${role === 'tool' ? 'result' : role}: ${part.text ?? part.type}`) : []),
      ...tool_calls.map((call) => called(call.function.name, call.function.arguments)),
    ]),
  responses: ({ input }) =>
    input.flatMap((item) => ({
      reasoning: () => [`assistant thinks: ${textOf(item.summary)}${signed(item.encrypted_content)}`],
      function_call: () => [called([item.namespace, item.name].filter(Boolean).join('/'), item.arguments)],
      function_call_output: () => [`result: ${textOf(item.output)}`],
    })[item.type]?.() ?? (Array.isArray(item.content) ? item.content : [{ text: item.content ?? item.type }]).map((part) => `${item.role}: ${part.text ?? part.type}`)),
};

const answerOf = ({ thinking, text, calls }) => [
  ...(thinking ? [`thinks: ${thinking}`] : []),
  ...(text ? [`says: ${text}`] : []),
  ...calls.map(({ tool, input }) => `calls ${tool.flat} ${JSON.stringify(input)}`),
];

/** The events of a stream by name, those of the same name that follow each other in one line, and what they carry. */
function events(stream) {
  const lines = [];
  for (const [, data] of stream.matchAll(/^data: (\{.*\})$/gm)) {
    const event = JSON.parse(data);
    const delta = event.delta ?? {};
    const piece = typeof delta === 'string' ? delta : delta.text ?? delta.thinking ?? delta.partial_json ?? '';
    const about = event.content_block ?? event.item;
    const last = lines.at(-1);
    if (event.type === last?.type && !about) {
      last.text += piece;
    } else if (!/^(ping|keepalive)$/.test(event.type)) {
      lines.push({ type: event.type, text: about ? [about.type, about.name, about.arguments].filter(Boolean).join(' ') : piece || (delta.stop_reason ?? '') });
    }
  }

  return lines.map(({ type, text }) => `${type}  ${text}`.trim());
}
