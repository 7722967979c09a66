// Reads ${{ ... }} of GitHub Actions: balanced, known contexts, known functions.
const contexts = ['github', 'env', 'vars', 'secrets', 'inputs', 'matrix', 'strategy', 'needs', 'steps', 'job', 'jobs', 'runner'];
const functions = ['contains', 'startsWith', 'endsWith', 'format', 'join', 'toJSON', 'fromJSON', 'hashFiles', 'success', 'failure', 'always', 'cancelled'];

/** The expressions in a text and what is wrong with the text around them. */
export function expressionsIn(text) {
  const found = [];
  const problems = [];
  let rest = text;
  while (rest.includes('${{')) {
    const start = rest.indexOf('${{');
    const end = rest.indexOf('}}', start);
    if (end < 0) {
      problems.push("'${{' without '}}'");
      break;
    }
    found.push(rest.slice(start + 3, end).trim());
    rest = rest.slice(end + 2);
  }
  if (/\$\{\s+\{|\$\{\s*[a-z]+\.[^}]*\}\}/.test(text)) {
    problems.push('an expression begins with ${{');
  }
  return { found, problems };
}

/** What is wrong with one expression. `known` holds the names of jobs, steps, matrix values and inputs in scope. */
export function problemsOf(expression, known) {
  const problems = [];
  const code = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  if ((code.match(/'/g) ?? []).length % 2 !== 0) {
    problems.push('a quote is missing');
  }
  if (code.includes('"')) {
    problems.push('texts are in single quotes');
  }
  let depth = 0;
  for (const sign of code) {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    if (depth < 0) break;
  }
  if (depth !== 0) {
    problems.push('parentheses are not balanced');
  }
  if (code === '' || /(&&|\|\||==|!=|!|\()\s*$/.test(code) || /^\s*(&&|\|\||==|!=)/.test(code) || /[^&]&[^&]|[^|]\|[^|]|[^=!<>]=[^=]/.test(` ${code} `)) {
    problems.push('an operator or its side is missing');
  }
  for (const [, name, call] of code.matchAll(/(?<![.\w-])([A-Za-z_][\w-]*)(\s*\()?/g)) {
    if (call && !functions.includes(name)) {
      problems.push(`no function is called '${name}'`);
    } else if (!call && !contexts.includes(name) && !['true', 'false', 'null'].includes(name)) {
      problems.push(`nothing is called '${name}'`);
    }
  }
  for (const [, context, name] of code.matchAll(/(?<![.\w-])(needs|steps|matrix|inputs)\.([\w-]+)/g)) {
    if (!known[context].includes(name)) {
      problems.push(`there is no ${context}.${name}`);
    }
  }
  return problems;
}
