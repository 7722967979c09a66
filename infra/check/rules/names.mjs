// Names: declared once, used, and known where they are used.
import { children, descendants, properties } from '../lib/bicep.mjs';
import { finding } from '../lib/project.mjs';

const functions = new Set(`any array base64 base64ToString bool cidrHost cidrSubnet coalesce concat contains dateTimeAdd deployer deployment
  empty endsWith environment extensionResourceId filter first flatten format groupBy guid indexOf int intersection items join json last
  lastIndexOf length loadFileAsBase64 loadJsonContent loadTextContent loadYamlContent managementGroup map mapValues max min newGuid
  objectKeys padLeft parseCidr range reduce replace resourceGroup resourceId skip sort split startsWith string subscription
  subscriptionResourceId substring take tenant tenantResourceId toLower toObject toUpper trim union uniqueString uri uriComponent utcNow`.split(/\s+/));
const decoratorNames = new Set(['allowed', 'batchSize', 'description', 'discriminator', 'export', 'maxLength', 'maxValue', 'metadata',
  'minLength', 'minValue', 'onlyIfNotExists', 'sealed', 'secure']);

export function names({ files }) {
  const findings = [];
  for (const file of files.filter(candidate => !candidate.root.hasError)) {
    const add = (node, message) => findings.push(finding('names', file.path, node, message));
    const declared = new Map();
    for (const { kind, name, node, decorators } of file.declarations) {
      const space = kind === 'output' ? `output ${name}` : name;
      if (declared.has(space)) {
        add(node, `'${name}' is declared twice`);
      }
      declared.set(space, node);
      if (kind === 'param' && !decorators.some(decorator => decorator.name === 'description')) {
        add(node, `parameter '${name}' has no @description`);
      }
      for (const decorator of decorators.filter(candidate => !decoratorNames.has(candidate.name))) {
        add(decorator.call, `no decorator is called '${decorator.name}'`);
      }
    }
    for (const object of descendants(file.root, 'object')) {
      const keys = properties(object);
      keys.filter(({ key }, i) => keys.findIndex(other => other.key === key) !== i)
        .forEach(({ key, keyNode }) => add(keyNode, `'${key}' is set twice in one object`));
    }
    const used = new Set();
    resolve(file.root, new Set(declared.keys()), used, add);
    for (const { kind, name, node, existing } of file.declarations) {
      if ((['param', 'var'].includes(kind) || existing) && !used.has(name)) {
        add(node, `'${name}' is never used`);
      }
    }
  }
  return findings;
}

const declarations = ['parameter_declaration', 'variable_declaration', 'output_declaration', 'resource_declaration', 'module_declaration'];

/** Walks all expressions; every identifier that stands for a value must be in scope. */
function resolve(node, scope, used, add) {
  const walk = (child, inner = scope) => resolve(child, inner, used, add);
  if (node.type === 'type' || node.type === 'property_identifier') {
    return;
  }
  if (node.type === 'identifier') {
    used.add(node.text);
    if (!scope.has(node.text)) {
      add(node, `'${node.text}' is not declared`);
    }
  } else if (declarations.includes(node.type)) {
    children(node).slice(1).forEach(child => walk(child));
  } else if (node.type === 'decorator') {
    children(children(node)[0].childForFieldName('arguments')).forEach(child => walk(child));
  } else if (node.type === 'object_property') {
    const [key, value] = children(node);
    [...descendants(key, 'interpolation')].forEach(child => walk(child));
    if (value) {
      walk(value);
    }
  } else if (node.type === 'for_statement') {
    const body = node.childForFieldName('body');
    const parts = children(node).filter(child => child.id !== body.id);
    const loop = parts[0].type === 'for_loop_parameters' ? children(parts[0]) : [parts[0]];
    walk(parts.at(-1));
    walk(body, local(loop, scope, add));
  } else if (node.type === 'arguments') {
    // The grammar lets a lambda end early, `x => y[x]` as `(x => y)[x]`, so its names count for the whole argument.
    for (const argument of children(node)) {
      const parameters = ownLambdas(argument).flatMap(lambda => {
        const left = children(lambda)[0];
        return left.type === 'identifier' ? [left] : children(left);
      });
      walk(argument, local(parameters, scope, add));
    }
  } else if (node.type === 'call_expression') {
    const called = node.childForFieldName('function');
    // For the same reason `x => f(x)` can be read as a call of `x => f`.
    const name = called.type === 'lambda_expression' ? children(called).at(-1) : called;
    if (name.type !== 'identifier' || !functions.has(name.text)) {
      add(name, `no function is called '${name.text}'`);
    }
    walk(node.childForFieldName('arguments'));
  } else if (node.type === 'lambda_expression') {
    walk(children(node).at(-1));
  } else {
    children(node).forEach(child => walk(child));
  }
}

function local(nodes, scope, add) {
  for (const node of nodes.filter(candidate => scope.has(candidate.text))) {
    add(node, `'${node.text}' hides a declaration of the same name`);
  }
  return new Set([...scope, ...nodes.map(node => node.text)]);
}

/** The lambdas of an argument that are not inside the arguments of a further call. */
function ownLambdas(node) {
  if (node.type === 'arguments') {
    return [];
  }
  const inner = children(node).flatMap(ownLambdas);
  return node.type === 'lambda_expression' ? [node, ...inner] : inner;
}
