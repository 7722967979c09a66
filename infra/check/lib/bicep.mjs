// Reads Bicep text into a small model: declarations with their syntax nodes.
import { createRequire } from 'node:module';
import { Parser, Language } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
await Parser.init();
const bicep = await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'));

/** The named children of a node, without comments. */
export const children = node => node.namedChildren.filter(child => !child.type.endsWith('comment'));

/** Every node of one of the given types, depth first. */
export function* descendants(node, ...types) {
  if (types.includes(node.type)) {
    yield node;
  }
  for (const child of node.namedChildren) {
    yield* descendants(child, ...types);
  }
}

/** The text of a string without interpolation; null for everything else. */
export function literal(node) {
  if (node?.type !== 'string' || node.namedChildren.some(child => child.type === 'interpolation')) {
    return null;
  }
  return node.text.startsWith("'''") ? node.text.slice(3, -3) : node.text.slice(1, -1).replaceAll("\\'", "'");
}

/** The properties of an object node: key, key node and value node. */
export function properties(object) {
  if (object?.type !== 'object') {
    return [];
  }
  return children(object)
    .filter(child => child.type === 'object_property' && children(child).length === 2)
    .map(child => {
      const [keyNode, value] = children(child);
      const key = keyNode.type === 'string' ? keyNode.text.slice(1, -1) : keyNode.text;
      return { key, keyNode, value };
    });
}

/** The value at a path of property names, or undefined. */
export function valueAt(object, ...path) {
  return path.reduce((node, name) => properties(node).find(property => property.key === name)?.value, object);
}

/** The object behind `if (...) {}`, `[for x in y: {}]` or both. */
function bodyOf(node) {
  const inner = node?.type === 'if_statement' ? children(node).at(-1)
    : node?.type === 'for_statement' ? bodyOf(node.childForFieldName('body'))
    : node;
  return inner;
}

function decoratorsOf(node) {
  return [...descendants(node, 'decorator')]
    .filter(decorator => decorator.parent.id === node.id)
    .map(decorator => {
      const call = children(decorator)[0];
      return { name: call.childForFieldName('function').text, call, args: children(call.childForFieldName('arguments')) };
    });
}

const readers = {
  parameter_declaration(node, decorators) {
    const [name, type, initial] = children(node);
    const allowed = decorators.find(decorator => decorator.name === 'allowed')?.args[0];
    return { kind: 'param', name: name.text, type: type.text, initial, allowed: allowed && children(allowed) };
  },
  variable_declaration: node => ({ kind: 'var', name: children(node)[0].text, initial: children(node)[1] }),
  output_declaration: node => {
    const [name, type, value] = children(node);
    return { kind: 'output', name: name.text, type: type.text, value };
  },
  resource_declaration(node) {
    const [name, type, value] = children(node);
    const [resourceType, apiVersion] = (literal(type) ?? '').split('@');
    const existing = node.children.some(child => child.type === 'existing');
    return { kind: 'resource', name: name.text, typeNode: type, type: resourceType, apiVersion, existing, body: bodyOf(value), value };
  },
  module_declaration(node) {
    const [name, path, value] = children(node);
    return { kind: 'module', name: name.text, pathNode: path, path: literal(path), body: bodyOf(value), value };
  },
  target_scope_assignment: node => ({ kind: 'scope', name: 'targetScope', value: literal(children(node)[0]) }),
};

/** Parses one file. `declarations` is what the readers above understand; the rest is in `tree`. */
export function parse(path, text) {
  const parser = new Parser();
  parser.setLanguage(bicep);
  const root = parser.parse(text).rootNode;
  const declarations = [];
  let decorators = [];
  for (const node of children(root)) {
    if (node.type === 'decorators') {
      decorators = decoratorsOf(node);
      continue;
    }
    const read = readers[node.type];
    if (read && !node.hasError) {
      declarations.push({ ...read(node, decorators), node, decorators });
    }
    decorators = [];
  }
  const of = kind => declarations.filter(declaration => declaration.kind === kind);
  return {
    path, text, root, declarations,
    lines: text.split('\n'),
    scope: of('scope')[0]?.value ?? 'resourceGroup',
    params: of('param'), vars: of('var'), outputs: of('output'), resources: of('resource'), modules: of('module'),
    find: name => declarations.find(declaration => declaration.name === name && !['output', 'scope'].includes(declaration.kind)),
  };
}
