// Talks to the Bicep compiler over JSON-RPC, so that one process answers all questions.
import { spawn } from 'node:child_process';

export class Compiler {
  #process;
  #received = Buffer.alloc(0);
  #waiting = new Map();
  #calls = 0;

  constructor(binary) {
    if (!binary) {
      throw new Error('there is no `bicep` on the PATH');
    }
    // It lives for seconds: compiling by profile would take more time than it gives.
    const env = { ...process.env, DOTNET_TieredPGO: '0' };
    this.#process = spawn(binary, ['jsonrpc', '--stdio'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    // A process that ended says so below.
    this.#process.stdin.on('error', () => {});
    this.#process.stdout.on('data', bytes => this.#read(bytes));
    const ended = reason => {
      this.#waiting.forEach(({ reject }) => reject(new Error(`${binary}: ${reason}`)));
      this.#waiting.clear();
    };
    this.#process.on('error', error => ended(error.message));
    this.#process.on('exit', code => ended(`ended with ${code}`));
  }

  version = async () => (await this.#call('version')).version;

  /** The compiled template, null when there are errors, and what compiler and linter say. */
  async compile(path) {
    const { contents, diagnostics } = await this.#call('compile', { path });
    return { template: contents ? JSON.parse(contents) : null, diagnostics };
  }

  /** What the compiler says of a parameter file. */
  parameters = async path => (await this.#call('compileParams', { path, parameterOverrides: {} })).diagnostics;

  /** The resources that a deployment with a parameter file would make, as far as that is known before it runs. */
  snapshot = async (path, metadata) => JSON.parse((await this.#call('getSnapshot', { path, metadata, externalInputs: null })).snapshot).predictedResources;

  formatted = async path => (await this.#call('format', { path })).contents;

  /** The files that a template is made of. */
  files = async path => (await this.#call('getFileReferences', { path })).filePaths;

  stop() {
    this.#process.stdin.end();
  }

  #call(method, params = {}) {
    const id = ++this.#calls;
    const message = JSON.stringify({ jsonrpc: '2.0', id, method: `bicep/${method}`, params });
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
    return answer;
  }

  #read(bytes) {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const start = this.#received.indexOf('\r\n\r\n') + 4;
      const end = start + Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, start))?.[1]);
      if (start < 4 || this.#received.length < end) {
        return;
      }
      const { id, result, error } = JSON.parse(this.#received.subarray(start, end));
      this.#received = this.#received.subarray(end);
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      error ? reject(new Error(error.message)) : resolve(result);
    }
  }
}
