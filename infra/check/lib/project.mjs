// The templates as the rules see them: compiled, and as the resources that each scenario deploys.
// `changed` lays texts over the files, so that a test can break a copy.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesUnder, read, repository } from './repository.mjs';
import { parameterFile, scenarios, subscription } from './scenarios.mjs';

/** Computes each value once, when it is first asked for. */
const lazy = make => {
  const made = {};
  return name => made[name] ??= make(name);
};

export class Project {
  #compiler;
  #changed;
  #folder = mkdtempSync(join(tmpdir(), 'gateway-infra-'));

  constructor(compiler, changed = {}) {
    this.#compiler = compiler;
    this.#changed = changed;
    this.paths = [...new Set([...filesUnder('infra').filter(path => !path.startsWith('infra/check/')), ...Object.keys(changed)])].sort();
    this.templates = this.paths.filter(path => path.endsWith('.bicep'));
    cpSync(join(repository, 'infra'), join(this.#folder, 'infra'), { recursive: true, filter: path => path !== join(repository, 'infra', 'check') });
    for (const [path, text] of Object.entries(changed)) {
      mkdirSync(dirname(this.#at(path)), { recursive: true });
      writeFileSync(this.#at(path), text);
    }
  }

  #at = path => join(this.#folder, path);

  read = path => this.#changed[path] ?? read(path);

  /** infra/main.bicep compiled, with all modules inside, and what compiler and linter say. */
  compiled = () => this.#compiled('infra/main.bicep');
  #compiled = lazy(path => this.#compiler.compile(this.#at(path)));

  async template() {
    const { template } = await this.compiled();
    if (!template) {
      throw new Error('infra/main.bicep does not compile');
    }
    return template;
  }

  /** The resources that a scenario deploys. What only Azure knows stays an expression in brackets. */
  resources = lazy(async scenario => this.#compiler.snapshot(await this.#parameterFile(scenario), subscription));

  /** What the compiler says of the parameters of a scenario. */
  parameterProblems = lazy(async scenario => this.#compiler.parameters(await this.#parameterFile(scenario)));

  formatted = path => this.#compiler.formatted(this.#at(path));

  /** The templates that infra/main.bicep is made of. */
  async used() {
    const files = await this.#compiler.files(this.#at('infra/main.bicep'));
    return this.templates.filter(path => files.some(file => file.replaceAll('\\', '/').endsWith(path)));
  }

  #parameterFile = lazy(async scenario => {
    const path = this.#at(`infra/${scenario}.bicepparam`);
    const types = Object.fromEntries([...this.read('infra/main.bicep').matchAll(/^param (\w+) (\w+)/gm)].map(([, name, type]) => [name, type]));
    writeFileSync(path, parameterFile(JSON.parse(this.read('infra/main.parameters.json')), types, scenarios[scenario]));
    return path;
  });

  dispose() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A compiled template and the templates of all modules in it, each with the name of its module. */
export function* templatesIn(template, name = 'main') {
  yield { name, template };
  for (const [symbol, resource] of Object.entries(template?.resources ?? {})) {
    if (resource.properties?.template) {
      yield* templatesIn(resource.properties.template, symbol);
    }
  }
}
