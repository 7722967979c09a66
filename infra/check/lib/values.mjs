// What can be said about an expression without running it: its kind, the texts it may be, the members it uses.
import { children, literal, properties } from './bicep.mjs';

const returns = {
  string: ['concat_', 'format', 'guid', 'join', 'newGuid', 'replace', 'resourceId', 'string', 'subscriptionResourceId', 'substring',
    'take', 'toLower', 'toUpper', 'trim', 'uniqueString', 'uri', 'utcNow'],
  boolean: ['contains', 'empty', 'endsWith', 'startsWith', 'bool'],
  integer: ['int', 'length'],
  array: ['concat', 'flatten', 'map', 'filter', 'range', 'split', 'items', 'objectKeys'],
  object: ['toObject', 'loadJsonContent', 'resourceGroup', 'subscription', 'tenant', 'environment', 'deployer'],
};
const kindOfCall = Object.fromEntries(Object.entries(returns).flatMap(([kind, names]) => names.map(name => [name, kind])));
const comparisons = ['==', '!=', '=~', '!~', '>', '>=', '<', '<=', '&&', '||'];

/** The kind that a declared type stands for; null when it is not one of the five. */
export function kindOfType(type) {
  if (type.endsWith('[]')) return 'array';
  if (type.startsWith('{')) return 'object';
  return { string: 'string', int: 'integer', bool: 'boolean', array: 'array', object: 'object' }[type] ?? null;
}

/** The kind of a value, or null when it cannot be told. */
export function kindOf(node, file, project) {
  switch (node?.type) {
    case 'string': return 'string';
    case 'number': return 'integer';
    case 'boolean': return 'boolean';
    case 'object': return 'object';
    case 'array': case 'for_statement': return 'array';
    case 'parenthesized_expression': return kindOf(children(node)[0], file, project);
    case 'unary_expression': return node.text.startsWith('!') ? 'boolean' : 'integer';
    case 'call_expression': return kindOfCall[node.childForFieldName('function').text] ?? null;
    case 'binary_expression': return comparisons.includes(node.childForFieldName('operator')?.text) ? 'boolean' : null;
    case 'ternary_expression': {
      const kinds = branches(node).map(branch => kindOf(branch, file, project));
      return kinds[0] === kinds[1] ? kinds[0] : null;
    }
    case 'identifier': {
      const declaration = file.find(node.text);
      return declaration?.kind === 'param' ? kindOfType(declaration.type)
        : declaration?.kind === 'var' ? kindOf(declaration.initial, file, project) : null;
    }
    case 'member_expression': {
      const [, module, output] = /^(\w+)!?\.outputs\.(\w+)$/.exec(node.text) ?? [];
      const declaration = file.modules.find(candidate => candidate.name === module);
      const target = declaration && project.moduleFile(file, declaration);
      const found = target?.outputs.find(candidate => candidate.name === output);
      return found ? kindOfType(found.type) : null;
    }
    default: return null;
  }
}

export const branches = ternary => [ternary.childForFieldName('consequence'), ternary.childForFieldName('alternative')];

/** The texts that a value may be, as far as they are written down: each is { text, node }. */
export function textsOf(node, file) {
  const text = literal(node);
  if (text !== null) {
    return [{ text, node }];
  }
  if (node?.type === 'ternary_expression') {
    return branches(node).flatMap(branch => textsOf(branch, file));
  }
  if (node?.type === 'identifier') {
    const declaration = file.find(node.text);
    return declaration?.kind === 'param' ? (declaration.allowed ?? [declaration.initial]).flatMap(value => textsOf(value, file))
      : declaration?.kind === 'var' ? textsOf(declaration.initial, file) : [];
  }
  return [];
}

/** The object literals that a value may be made of, through conditions, loops, union() and variables. */
export function objectsOf(node, file) {
  switch (node?.type) {
    case 'object': return [node];
    case 'if_statement': return objectsOf(children(node).at(-1), file);
    case 'ternary_expression': return branches(node).flatMap(branch => objectsOf(branch, file));
    case 'parenthesized_expression': return objectsOf(children(node)[0], file);
    case 'call_expression':
      return node.childForFieldName('function').text === 'union'
        ? children(node.childForFieldName('arguments')).flatMap(arg => objectsOf(arg, file)) : [];
    case 'identifier': return objectsOf(file.find(node.text)?.kind === 'var' ? file.find(node.text).initial : null, file);
    default: return [];
  }
}

/** The items of an array value that are written down. */
export function itemsOf(node, file) {
  switch (node?.type) {
    case 'array': return children(node);
    case 'for_statement': return [node.childForFieldName('body')];
    case 'ternary_expression': return branches(node).flatMap(branch => itemsOf(branch, file));
    case 'identifier': return itemsOf(file.find(node.text)?.kind === 'var' ? file.find(node.text).initial : null, file);
    default: return [];
  }
}

/** Which members a value sets, as a tree of names. */
export function membersOf(node, file, tree = {}) {
  for (const object of objectsOf(node, file)) {
    for (const { key, value } of properties(object)) {
      tree[key] = membersOf(value, file, tree[key]);
    }
  }
  for (const item of itemsOf(node, file)) {
    membersOf(item, file, tree);
  }
  return tree;
}
