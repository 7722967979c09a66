// The large agents as clients: how each is told of the gateway, for each form that it speaks, and how its tool for the shell is called.
import path from 'node:path';
import { platformFile } from '../cli.mjs';
import { API_KEY, BASE_URL } from '../through.mjs';

const modules = path.join(import.meta.dirname, 'node_modules');
const bin = (name) => path.join(modules, '.bin', name);
const v1 = `${BASE_URL}/v1`;
const json = (value) => JSON.stringify(value);

/** OpenCode and what was made of it. */
const opencode = (program, config) => {
  const speaks = (npm) => (model) => ({
    files: { [`project/${config}`]: json({ model: `gateway/${model}`, small_model: `gateway/${model}`, autoupdate: false, share: 'disabled', provider: { gateway: { npm, options: { baseURL: v1, apiKey: API_KEY }, models: { [model]: { tool_call: true } } } } }) },
    args: (prompt) => [program, 'run', ...(config === 'kilo.json' ? ['--auto'] : []), prompt],
  });
  return { messages: speaks('@ai-sdk/anthropic'), chat: speaks('@ai-sdk/openai-compatible'), responses: speaks('@ai-sdk/openai') };
};

const copilot = (type, address, wire) => (model) => ({
  env: {
    COPILOT_PROVIDER_BASE_URL: address, COPILOT_PROVIDER_TYPE: type, COPILOT_PROVIDER_API_KEY: API_KEY, COPILOT_MODEL: model, COPILOT_OFFLINE: 'true',
    ...(wire && { COPILOT_PROVIDER_WIRE_API: wire }),
  },
  args: (prompt) => [bin('copilot-linux-x64'), '-p', prompt, '--allow-all-tools', '--no-color'],
});

const qwen = (type, settings) => (model) => ({
  // Without scripts at install its terminal has no helper program.
  files: { '.qwen/settings.json': json({ tools: { shell: { enableInteractiveShell: false } } }) },
  env: settings(model),
  args: (prompt) => [bin('qwen'), '-p', prompt, '--yolo', '--auth-type', type],
});

const cline = (provider, address) => (model) => ({
  first: [bin('cline'), 'auth', '-p', provider, '-k', API_KEY, '-m', model, '-b', address],
  args: (prompt) => [bin('cline'), '--auto-approve', 'true', prompt],
});

const continues = (provider, more = '') => (model) => ({
  files: { 'config.yaml': `name: gateway\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: gateway\n    provider: ${provider}\n    model: ${model}\n    apiKey: ${API_KEY}\n    apiBase: ${v1}\n    roles: [chat]\n    capabilities: [tool_use]\n${more}` },
  env: { CONTINUE_TELEMETRY_ENABLED: '0' },
  args: (prompt, home) => [bin('cn'), '--config', path.join(home, 'config.yaml'), '--auto', '-p', prompt],
});

const droid = (provider, address) => (model) => ({
  files: { '.factory/settings.json': json({ customModels: [{ model, displayName: model, baseUrl: address, apiKey: API_KEY, provider, maxOutputTokens: 8192 }] }) },
  env: { FACTORY_API_KEY: 'fk-none' },
  args: (prompt) => [bin('droid'), 'exec', '--skip-permissions-unsafe', '-m', `custom:${model}-0`, prompt],
});

/** after503, afterBreak: where an agent does not ask again after a failure that passes, or after a broken stream, what it does instead. */
export const agents = {
  opencode: { forms: opencode(platformFile(modules, 'opencode-{system}-{cpu}/bin/opencode'), 'opencode.json'), shell: (command) => ({ call: 'bash', input: { command, description: 'Run it' } }) },
  kilo: { afterBreak: () => 'says it', forms: opencode(platformFile(modules, '@kilocode/cli-{system}-{cpu}/bin/kilo'), 'kilo.json'), shell: (command) => ({ call: 'bash', input: { command, description: 'Run it' } }) },
  copilot: {
    forms: { messages: copilot('anthropic', BASE_URL), chat: copilot('openai', v1, 'completions'), responses: copilot('openai', v1, 'responses') },
    shell: (command) => ({ call: 'bash', input: { command, description: 'Run it' } }),
  },
  qwen: {
    forms: {
      messages: qwen('anthropic', (model) => ({ ANTHROPIC_API_KEY: API_KEY, ANTHROPIC_BASE_URL: BASE_URL, ANTHROPIC_MODEL: model })),
      chat: qwen('openai', (model) => ({ OPENAI_API_KEY: API_KEY, OPENAI_BASE_URL: v1, OPENAI_MODEL: model })),
    },
    // As a client of Chat, and over a server of Messages, it keeps the half of an answer that came, and asks for the rest.
    afterBreak: (form, over) => (form === 'chat' || over === 'messages' ? 'goes on from the half' : 'says it'),
    // It loses what a command says that ends at once.
    shell: (command) => ({ call: 'run_shell_command', input: { command: `${command}; sleep 0.5`, is_background: false, description: 'Run it' } }),
  },
  cline: { afterBreak: () => 'says it', forms: { chat: cline('openai', v1) }, shell: (command) => ({ call: 'run_commands', input: { commands: [command] } }) },
  continue: {
    forms: { messages: continues('anthropic'), chat: continues('openai') },
    // As a client of Messages it asks again after 529, as which the gateway says that others are busy, and not after another's own 503.
    after503: (form, over) => (form === 'messages' && over === 'messages' ? 'says it' : 'asks again'),
    afterBreak: (form) => (form === 'messages' ? 'says it' : 'asks again'),
    shell: (command) => ({ call: 'Bash', input: { command } }),
  },
  droid: {
    forms: { messages: droid('anthropic', BASE_URL), chat: droid('generic-chat-completion-api', v1), responses: droid('openai', v1) },
    shell: (command) => ({ call: 'Execute', input: { command, timeout: 30, riskLevelReason: 'harmless', riskLevel: 'low' } }),
  },
};
