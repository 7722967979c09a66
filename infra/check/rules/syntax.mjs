// What the compiler would refuse before it looks at meaning. The grammar is laxer than Bicep, hence the line rules.
import { children, descendants } from '../lib/bicep.mjs';
import { finding } from '../lib/project.mjs';

function* broken(node) {
  if (node.isError || node.isMissing) {
    yield node;
    return;
  }
  for (const child of node.children) {
    if (child.hasError || child.isMissing) {
      yield* broken(child);
    }
  }
}

// Understood by Bicep but not by the grammar or by these checks.
const outside = {
  import_statement: 'import', import_functionality: 'import', using_statement: 'using', type_declaration: 'type',
  user_defined_function: 'func', assert_statement: 'assert', test_block: 'test', assignment_expression: '=',
};

export function syntax({ files }) {
  const findings = [];
  for (const { path, root } of files) {
    const add = (node, message) => findings.push(finding('syntax', path, node, message));
    if (root.hasError) {
      for (const node of broken(root)) {
        add(node, node.isMissing ? `${node.type} is missing here` : `cannot read: ${node.text.split('\n')[0].slice(0, 60)}`);
      }
      continue;
    }
    for (const node of descendants(root, ...Object.keys(outside))) {
      add(node, `'${outside[node.type]}' is outside the part of Bicep that is checked here`);
    }
    for (const node of descendants(root, 'object_property')) {
      if (children(node)[0].type === 'resource_declaration') {
        add(node, 'write child resources at the top level, with parent:');
      }
    }
    lines(root, add);
  }
  return findings;
}

function lines(root, add) {
  const separate = (siblings, what) => siblings.slice(1).forEach((node, i) => {
    const before = siblings[i];
    if (node.startPosition.row === before.endPosition.row) {
      add(node, `${what} on the line of the one before`);
    }
  });
  separate(children(root), 'a declaration starts');
  for (const list of descendants(root, 'object', 'array')) {
    const entries = list.children.filter(child => !child.type.endsWith('comment'));
    entries.slice(1).forEach((node, i) => {
      const before = entries[i];
      const between = [before, node].every(entry => !['{', '}', '[', ']', ',', 'decorators'].includes(entry.type));
      if (between && node.startPosition.row === before.endPosition.row) {
        // The compiler takes `[f(x)]`, the grammar reads two items.
        add(node, node.startIndex === before.endIndex ? 'the grammar cannot read a call as an item: give it a name with var'
          : 'a comma is missing between two items on one line');
      }
    });
  }
}
