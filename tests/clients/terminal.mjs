// Claude Code and Codex without a terminal: how each is told of the gateway, how its tool for the shell is called, and what a run of it has shown.
import assert from 'node:assert/strict';
import path from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { emptyHome, jsonLines, platformFile, run } from './cli.mjs';
import { API_KEY, BASE_URL } from './through.mjs';

const modules = path.join(import.meta.dirname, 'node_modules');
const claudeCode = platformFile(modules, '@anthropic-ai/claude-code-{system}-{cpu}/claude', '@anthropic-ai/claude-code-{system}-{cpu}/claude.exe');
const codexCli = platformFile(
  modules,
  ...['x86_64', 'aarch64'].flatMap((cpu) => ['unknown-linux-musl/bin/codex', 'apple-darwin/bin/codex', 'pc-windows-msvc/bin/codex.exe'].map((end) => `@openai/codex-{system}-{cpu}/vendor/${cpu}-${end}`)),
);

/** What the page tells users of Codex. */
const codexPage = readFileSync(path.join(import.meta.dirname, '../../docs/codex.md'), 'utf8').match(/```toml\n(.*?)```/s)[1];

/** A call of Claude Code's shell, as a step of a script. */
export const bash = (command) => ({ call: 'Bash', input: { command, description: 'Run it' } });

/** A call of Codex's shell. It comes back when the command has ended, and if that takes long, after the time that is said. */
export const shell = (cmd) => ({ call: 'exec_command', input: { cmd, yield_time_ms: 30_000 } });

/** One run of Claude Code, with the lines of the README: all its lines, the blocks of its messages in order, its result. */
export async function claude(t, model, prompt, { home, files, args = [], env, url = BASE_URL, key = API_KEY, quiet = false } = {}) {
  home ??= emptyHome(t, files);
  const ended = await run(home, [claudeCode, '-p', prompt.replaceAll('{home}', home), '--output-format', 'stream-json', '--verbose', '--dangerously-skip-permissions', ...args], {
    ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_API_KEY: '', ANTHROPIC_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model, ANTHROPIC_DEFAULT_SONNET_MODEL: model, ANTHROPIC_DEFAULT_OPUS_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', IS_SANDBOX: '1', ...env,
  });
  const lines = jsonLines(ended.out);
  if (!quiet) {
    assert.equal(ended.code, 0, ended.all);
  }

  return {
    ...ended, home, lines,
    result: lines.findLast(({ type }) => type === 'result')?.result,
    blocks: lines.filter(({ type }) => type === 'assistant' || type === 'user').flatMap(({ message }) => message.content),
  };
}

/** One run of Codex: the commands that it ran, and the last text. */
export async function codex(t, model, prompt, { files, top = '', provider = '', config = '', url = BASE_URL, key = API_KEY, quiet = false } = {}) {
  const home = emptyHome(t, files);
  const settings = codexPage.replace(/^model = .*\n/, `model = "${model}"\n${top}`).replace('http://127.0.0.1:7071', url);
  writeFileSync(path.join(home, 'config.toml'), settings + provider + config);
  const ended = await run(home, [codexCli, 'exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt.replaceAll('{home}', home)], { CODEX_HOME: home, GATEWAY_KEY: key });
  if (!quiet) {
    assert.equal(ended.code, 0, ended.all);
  }

  const items = jsonLines(ended.out).filter(({ type }) => type === 'item.completed').map(({ item }) => item);
  return { ...ended, text: items.findLast(({ type }) => type === 'agent_message')?.text, commands: items.filter(({ type }) => type === 'command_execution') };
}
