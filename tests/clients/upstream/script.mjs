// What the scripted upstream says is in the prompt: [["tag", step, step, ...]], as JSON. The first step is the first answer after
// the message that holds the script, the next one the answer after that, and so on; so the server keeps no state, and a
// conversation may be cut, compacted or sent again.
//   {"say": "text"}                    a text; {result}: what the tools of this turn answered, {images}: which images came with it
//   {"think": "text", "say": "text"}   reasoning before it
//   {"call": "tool", "input": {}}      a tool; {"calls": [{"call", "input"}, ...]}: several at once; {"times": 25}: in as many turns,
//                                      and {n} in the input is the number of the turn
//   {"fail": 503}                      an error; {"times": 1}: once, the next step after that; {"retry_after": 1} with that header
//   {"cut": "text"}                    half of a text, then the connection is gone; {"times": 1} as above
//   {"pause": 500, "say": "text"}      silence for so many milliseconds before the text, when a stream has begun
//   "input_tokens": 9000               in any step: what the usage claims, where the length of the request is not what is wanted

const first = /\[\[\s*"/g;
const failures = new Map();

/** The last script in the texts of the user, its tag, its steps, and how many answers there were since. */
export function findScript(turns) {
  for (let at = turns.length - 1; at >= 0; at--) {
    const found = turns[at].role === 'user' ? parse(turns[at].text) ?? parse(unquoted(turns[at].text)) : null;
    if (found) {
      return { ...found, position: turns.slice(at + 1).filter((turn) => turn.role === 'assistant').length };
    }
  }

  return null;
}

/** Some programs say a prompt to the model as a quoted text. */
const unquoted = (text) => text.replace(/\\(["\\])/g, '$1');

function parse(text) {
  for (const { index } of [...text.matchAll(first)].reverse()) {
    for (let end = text.indexOf(']]', index); end >= 0; end = text.indexOf(']]', end + 1)) {
      try {
        const [[tag, ...steps]] = JSON.parse(text.slice(index, end + 2));
        return { tag, steps: steps.flatMap((step) => (step.call || step.calls ? Array.from({ length: step.times ?? 1 }, (_, n) => numbered(step, n)) : [step])) };
      } catch {
        // A "]]" inside the script: its end is further on.
      }
    }
  }

  return null;
}

const numbered = (step, n) => JSON.parse(JSON.stringify(step).replaceAll('{n}', n + 1));

/** What to answer: { text, thinking, calls, fail, cut, pause, inputTokens, tag }. */
export function answerTo({ turns, tools }) {
  const script = findScript(turns);
  if (!script) {
    return { text: 'No script.', calls: [] };
  }

  const since = turns.slice(turns.findLastIndex(({ role }) => role === 'assistant') + 1);
  const last = since.at(-1) ?? { text: '' };
  if (last.role === 'user' && /summar|hand-?off/i.test(last.text) && !parse(last.text)) {
    return { tag: script.tag, text: `Summary of what was done. To go on: [[${JSON.stringify(script.tag)}, ${script.steps.slice(script.position).map((step) => JSON.stringify(step)).join(', ')}]]`, calls: [] };
  }

  const step = stepAt(script);
  const fill = (text) => text?.replaceAll('{result}', since.flatMap(({ results }) => results).join('|').trim()).replaceAll('{images}', since.flatMap(({ images }) => images).join('|'));
  const wanted = step.calls ?? (step.call ? [step] : []);
  const missing = wanted.filter(({ call }) => !tools.some((tool) => tool.flat === call));
  return {
    tag: script.tag,
    text: missing.length === 0 ? fill(step.say ?? step.cut ?? '') : `No tool ${missing.map(({ call }) => call)} among ${tools.map(({ flat }) => flat)}.`,
    thinking: step.think,
    calls: missing.length === 0 ? wanted.map(({ call, input }) => ({ tool: tools.find(({ flat }) => flat === call), input: input ?? {} })) : [],
    fail: step.fail,
    retryAfter: step.retry_after,
    cut: step.cut !== undefined,
    pause: step.pause,
    inputTokens: step.input_tokens,
  };
}

/** A step that fails a number of times is no answer of its own: once that is over, it is as if it were not there. */
function stepAt({ tag, steps, position }) {
  for (const [index, step] of steps.entries()) {
    const passing = step.times && (step.fail || step.cut);
    if (!passing) {
      if (position-- === 0) {
        return step;
      }
    } else if (position === 0 && failed(`${tag} ${index}`) <= step.times) {
      return step;
    }
  }

  return { say: 'The script is over.' };
}

function failed(key) {
  failures.set(key, (failures.get(key) ?? 0) + 1);
  return failures.get(key);
}
