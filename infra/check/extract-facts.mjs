// Makes facts.json from a clone of the public type definitions: node extract-facts.mjs <clone of Azure/bicep-types-az>
// Only what the templates use is kept: the member names of each object that they set or read, with kinds and enum values.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadProject } from './lib/project.mjs';
import { namesOf, usage } from './lib/usage.mjs';

const clone = process.argv[2];
const git = (...args) => execFileSync('git', ['-C', clone, ...args], { maxBuffer: 1 << 30, encoding: 'utf8' });
const required = 1, readOnly = 2;

const typeFiles = git('ls-tree', '-r', '--name-only', 'HEAD', 'generated').split('\n').filter(path => path.endsWith('/types.json'));

function definition(key) {
  const [type, version] = key.split('@');
  const ending = `/${type.split('/')[0]}/${version}/types.json`.toLowerCase();
  for (const path of typeFiles.filter(candidate => candidate.endsWith(ending))) {
    const types = JSON.parse(git('show', `HEAD:${path}`));
    const at = ref => types[Number(ref.$ref.split('/')[1])];
    const resource = types.find(candidate => candidate.$type === 'ResourceType' && candidate.name.toLowerCase() === key.toLowerCase());
    if (resource) {
      return { at, body: at(resource.body) };
    }
  }
  throw new Error(`${key} is in no types.json of ${clone}`);
}

function kind(type, at) {
  switch (type.$type) {
    case 'StringType': return 'string';
    case 'IntegerType': return 'integer';
    case 'BooleanType': return 'boolean';
    case 'ArrayType': return 'array';
    case 'ObjectType': case 'DiscriminatedObjectType': return 'object';
    case 'StringLiteralType': return 'oneOf';
    case 'UnionType': return type.elements.map(at).some(element => element.$type === 'StringLiteralType') ? 'oneOf' : 'any';
    default: return 'any';
  }
}

const texts = (type, at) => type.$type === 'StringLiteralType' ? [type.value]
  : type.elements.map(at).filter(element => element.$type === 'StringLiteralType').map(element => element.value);

function level(type, at, tree, names = []) {
  if (type.$type === 'ArrayType') {
    return level(at(type.itemType), at, tree);
  }
  // Types such as sites/config differ by their name: only the names in use count.
  const variants = Object.entries(type.elements ?? {}).filter(([name]) => names.length === 0 || names.includes(name));
  const members = Object.assign({}, type.properties, type.baseProperties, ...variants.map(([, element]) => at(element).properties));
  const found = {};
  const add = (group, name) => { found[group] = found[group] ? `${found[group]} ${name}` : name; };
  const inner = {};
  for (const [name, member] of Object.entries(members)) {
    const memberType = at(member.type);
    const group = kind(memberType, at);
    if (member.flags & readOnly) {
      add('readOnly', name);
    } else if (group === 'oneOf') {
      const kinds = type.discriminator === name ? variants.map(([variant]) => variant) : texts(memberType, at);
      (found.oneOf ??= {})[name] = kinds.join(' ');
    } else {
      add(group, name);
    }
    if (member.flags & required) {
      add('required', name);
    }
    if (tree[name] && Object.keys(tree[name]).length > 0 && ['object', 'array'].includes(group)) {
      inner[name] = level(memberType, at, tree[name]);
    }
  }
  // A map has names of the user's choice, such as tags.
  if (type.additionalProperties) {
    found.map = kind(at(type.additionalProperties), at);
    const used = Object.values(tree).reduce((all, one) => ({ ...all, ...one }), {});
    if (Object.keys(used).length > 0) {
      inner['*'] = level(at(type.additionalProperties), at, used);
    }
  }
  return Object.keys(inner).length > 0 ? { ...found, in: inner } : found;
}

const { files } = loadProject();
const trees = usage(files);
const types = Object.fromEntries(Object.keys(trees).sort().map(key => {
  const { at, body } = definition(key);
  return [key, level(body, at, trees[key], namesOf(files, key))];
}));
const [commit, date] = git('log', '-1', '--format=%H %cs').trim().split(' ');
const facts = { source: 'github.com/Azure/bicep-types-az', commit, date, types };
writeFileSync(fileURLToPath(new URL('facts.json', import.meta.url)), `${JSON.stringify(facts, null, 2)}\n`);
console.log(`${Object.keys(types).length} types of ${date}`);
