// Lines to paste that work as they stand: the same that the gateway prints when it starts.

export interface Lines {
  label: string;
  text: string;
}

export interface Tool {
  name: string;
  lines: (on: Where) => Lines[];
}

export interface Where {
  url: string;
  key: string;
  model: string;
}

const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const powerShell = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** A string of Python, TypeScript and TOML, which all read those of JSON. */
const literal = (text: string) => JSON.stringify(text);

const exported = (variables: [string, string][]) => variables.map(([name, value]) => `export ${name}=${shell(value)}`).join('\n');
const exportedThere = (variables: [string, string][]) => variables.map(([name, value]) => `$env:${name} = ${powerShell(value)}`).join('\n');

/** Claude Code asks for models of its own; where these go nowhere it is told another, for each of its tasks. */
const claudeCodeModels = ['ANTHROPIC_MODEL', 'ANTHROPIC_DEFAULT_HAIKU_MODEL', 'ANTHROPIC_DEFAULT_SONNET_MODEL', 'ANTHROPIC_DEFAULT_OPUS_MODEL'];

function claudeCode({ url, key, model }: Where): Lines[] {
  const own = model.startsWith('claude-');
  const variables: [string, string][] = [['ANTHROPIC_BASE_URL', url], ['ANTHROPIC_AUTH_TOKEN', key], ['ANTHROPIC_API_KEY', ''], ...(own ? [] : claudeCodeModels.map((name): [string, string] => [name, model]))];
  return [
    { label: 'Claude Code in sh, bash and zsh', text: `${exported(variables)}\nclaude` },
    { label: 'Claude Code in PowerShell', text: `${exportedThere(variables)}\nclaude` },
  ];
}

function codex({ url, key, model }: Where): Lines[] {
  return [
    {
      label: '~/.codex/config.toml',
      text: `model = ${literal(model)}\nmodel_provider = "gateway"\n\n[model_providers.gateway]\nname = "Messages Gateway"\nbase_url = ${literal(`${url}/v1`)}\nenv_key = "GATEWAY_KEY"\nwire_api = "responses"`,
    },
    { label: 'Codex in sh, bash and zsh', text: `${exported([['GATEWAY_KEY', key]])}\ncodex` },
    { label: 'Codex in PowerShell', text: `${exportedThere([['GATEWAY_KEY', key]])}\ncodex` },
  ];
}

function anthropic({ url, key, model }: Where): Lines[] {
  return [
    {
      label: 'Anthropic SDK in Python',
      text: `from anthropic import Anthropic\n\nclient = Anthropic(base_url=${literal(url)}, api_key=${literal(key)})\nmessage = client.messages.create(model=${literal(model)}, max_tokens=100, messages=[{"role": "user", "content": "Hello"}])\nprint(message.content)`,
    },
    {
      label: 'Anthropic SDK in TypeScript',
      text: `import Anthropic from "@anthropic-ai/sdk";\n\nconst client = new Anthropic({ baseURL: ${literal(url)}, apiKey: ${literal(key)} });\nconst message = await client.messages.create({ model: ${literal(model)}, max_tokens: 100, messages: [{ role: "user", content: "Hello" }] });\nconsole.log(message.content);`,
    },
  ];
}

function openAi({ url, key, model }: Where): Lines[] {
  return [
    {
      label: 'OpenAI SDK in Python',
      text: `from openai import OpenAI\n\nclient = OpenAI(base_url=${literal(`${url}/v1`)}, api_key=${literal(key)})\ncompletion = client.chat.completions.create(model=${literal(model)}, messages=[{"role": "user", "content": "Hello"}])\nprint(completion.choices[0].message.content)`,
    },
    {
      label: 'OpenAI SDK in TypeScript',
      text: `import OpenAI from "openai";\n\nconst client = new OpenAI({ baseURL: ${literal(`${url}/v1`)}, apiKey: ${literal(key)} });\nconst completion = await client.chat.completions.create({ model: ${literal(model)}, messages: [{ role: "user", content: "Hello" }] });\nconsole.log(completion.choices[0].message.content);`,
    },
  ];
}

function curl({ url, key, model }: Where): Lines[] {
  const body = JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] });
  return [
    { label: 'curl in sh, bash and zsh', text: `curl ${shell(`${url}/v1/messages`)} \\\n  -H ${shell(`x-api-key: ${key}`)} \\\n  -H 'content-type: application/json' \\\n  -d ${shell(body)}` },
    { label: 'PowerShell', text: `Invoke-RestMethod ${powerShell(`${url}/v1/messages`)} -Method Post -Headers @{'x-api-key'=${powerShell(key)}} -ContentType application/json -Body ${powerShell(body)}` },
  ];
}

/** For keys that call models. */
export const tools: Tool[] = [
  { name: 'Claude Code', lines: claudeCode },
  { name: 'Codex', lines: codex },
  { name: 'Anthropic SDK', lines: anthropic },
  { name: 'OpenAI SDK', lines: openAi },
  { name: 'curl', lines: curl },
];

/** For keys that only read, or manage. */
export function readingLines({ url, key }: Omit<Where, 'model'>): Lines[] {
  return [
    { label: 'Usage of the last 30 days, by model, with curl', text: `curl -H ${shell(`x-api-key: ${key}`)} ${shell(`${url}/manage/usage?by=model`)}` },
    { label: 'The same in PowerShell', text: `Invoke-RestMethod -Headers @{'x-api-key'=${powerShell(key)}} ${powerShell(`${url}/manage/usage?by=model`)}` },
  ];
}
