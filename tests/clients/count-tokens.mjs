// The tokenizer that the gateway's estimates are measured against (o200k_base). Reads {"texts":[...],"chats":[...]}
// from standard input and writes the same with numbers in place of the texts and of the bodies.
import { text } from 'node:stream/consumers';
import { countChatCompletionTokens, countTokens } from 'gpt-tokenizer/model/gpt-4o';

const { texts = [], chats = [] } = JSON.parse(await text(process.stdin));
const plain = { allowedSpecial: new Set(), disallowedSpecial: new Set() };
process.stdout.write(JSON.stringify({ texts: texts.map((each) => countTokens(each, plain)), chats: chats.map(countChat) }));

// The tokenizer knows the older form of a chat: content is one text, a turn calls one function.
function countChat({ messages, tools = [] }) {
  return countChatCompletionTokens({
    messages: messages.flatMap(toOlder),
    functions: tools.map((tool) => tool.function),
  });
}

function toOlder({ role, content, tool_calls: calls = [] }) {
  const visible = typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('');
  const older = { role: role === 'tool' ? 'function' : role, content: visible };
  return calls.length === 0
    ? [older]
    : calls.map((call, i) => ({ ...older, content: i === 0 ? visible : '', function_call: { name: call.function.name, arguments: call.function.arguments } }));
}
