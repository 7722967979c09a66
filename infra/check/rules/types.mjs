// Members and values of each resource against facts.json, which holds the public type definitions of what we use.
import { readFileSync } from 'node:fs';
import { properties, valueAt } from '../lib/bicep.mjs';
import { finding } from '../lib/project.mjs';
import { itemsOf, kindOf, objectsOf, textsOf } from '../lib/values.mjs';
import { readsOf } from '../lib/usage.mjs';

export const facts = JSON.parse(readFileSync(new URL('../facts.json', import.meta.url), 'utf8'));
const kinds = ['string', 'integer', 'boolean', 'array', 'object', 'any'];
const has = (list, name) => list?.split(' ').includes(name) ?? false;

// Bicep's own words in a resource body; they are no members of the type.
const bicepWords = ['parent', 'scope', 'dependsOn'];

export function types(project) {
  const findings = [];
  for (const file of project.files) {
    const add = (node, message) => findings.push(finding('types', file.path, node, message));
    for (const resource of file.resources) {
      const key = `${resource.type}@${resource.apiVersion}`;
      const level = facts.types[key];
      if (!level) {
        add(resource.typeNode, `facts.json does not know ${key}; check the name, or run extract-facts.mjs`);
        continue;
      }
      nesting(resource, file, add);
      for (const object of objectsOf(resource.body, file)) {
        members(object, level, { file, project, add, place: key, existing: resource.existing });
      }
    }
    for (const { node, resource, path } of readsOf(file)) {
      reads(node, path, facts.types[`${resource.type}@${resource.apiVersion}`], add);
    }
  }
  return findings;
}

/** A child resource has a parent of the type above, or names every level itself. */
function nesting(resource, file, add) {
  const parent = valueAt(resource.body, 'parent');
  const depth = resource.type.split('/').length - 1;
  if (!valueAt(resource.body, 'name')) {
    add(resource.node, `resource '${resource.name}' has no name`);
  }
  if (depth > 1 && !parent) {
    add(resource.node, `resource '${resource.name}' needs parent: its type is a child of another`);
  }
  const owner = parent && file.resources.find(candidate => candidate.name === parent.text.replace(/\[.*\]$/, ''));
  if (owner && owner.type !== resource.type.split('/').slice(0, -1).join('/')) {
    add(parent, `'${owner.type}' cannot be the parent of '${resource.type}'`);
  }
}

function members(object, level, context) {
  const { add, place, existing } = context;
  const set = properties(object);
  for (const { key, keyNode, value } of set) {
    if (bicepWords.includes(key)) {
      continue;
    }
    const group = kinds.find(kind => has(level[kind], key)) ?? (level.oneOf?.[key] !== undefined ? 'oneOf' : null);
    if (has(level.readOnly, key)) {
      add(keyNode, `'${key}' of ${place} is read-only`);
    } else if (group) {
      assigned(value, group, key, level, context);
    } else if (level.map) {
      assigned(value, level.map, '*', level, context);
    } else {
      add(keyNode, `${place} has no member '${key}'${near(key, level)}`);
    }
  }
  // An existing resource is only named. `name` is checked apart; a part of union() need not hold all members.
  const whole = ['object_property', 'resource_declaration', 'for_statement', 'if_statement', 'array'].includes(object.parent.type);
  for (const name of existing || !whole ? [] : level.required?.split(' ') ?? []) {
    if (name !== 'name' && !set.some(({ key }) => key === name)) {
      add(object, `${place} lacks the required member '${name}'`);
    }
  }
}

function assigned(value, group, key, level, context) {
  const { file, project, add, place } = context;
  const kind = kindOf(value, file, project);
  const expected = group === 'oneOf' ? 'string' : group;
  if (kind && expected !== 'any' && kind !== expected) {
    add(value, `'${key}' of ${place} is ${expected}, not ${kind}`);
    return;
  }
  for (const { text, node } of group === 'oneOf' ? textsOf(value, file) : []) {
    if (!has(level.oneOf[key], text)) {
      add(node, `'${text}' is no value of '${key}' of ${place}; these are: ${level.oneOf[key]}`);
    }
  }
  const inner = level.in?.[key];
  const parts = group === 'array' ? itemsOf(value, file).flatMap(item => objectsOf(item, file)) : objectsOf(value, file);
  for (const object of parts) {
    if (inner) {
      members(object, inner, { ...context, place: `${place}.${key}` });
    } else if (['array', 'object'].includes(group) && properties(object).length > 0) {
      add(object, `facts.json does not hold the members of ${place}.${key}; run extract-facts.mjs`);
    }
  }
}

function near(key, level) {
  const all = [...kinds.flatMap(kind => level[kind]?.split(' ') ?? []), ...Object.keys(level.oneOf ?? {})];
  const same = all.find(name => name.toLowerCase() === key.toLowerCase());
  return same ? `; did you mean '${same}'?` : '';
}

function reads(node, path, level, add) {
  let place = level;
  for (const name of path) {
    if (!place || place.map) {
      return;
    }
    const known = [...kinds, 'readOnly'].some(group => has(place[group], name)) || place.oneOf?.[name] !== undefined;
    if (!known) {
      add(node, `'${node.text}': there is no member '${name}'`);
      return;
    }
    place = place.in?.[name];
  }
}
