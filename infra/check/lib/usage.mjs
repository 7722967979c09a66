// Which resource types the files use, which members they set and which they read.
import { descendants, valueAt } from './bicep.mjs';
import { membersOf, textsOf } from './values.mjs';

/** Reads such as `site.properties.defaultHostName`: the resource, the member names and the node. */
export function readsOf(file) {
  return [...descendants(file.root, 'member_expression')]
    .filter(node => node.parent.type !== 'member_expression' || node.parent.childForFieldName('object').id !== node.id)
    .map(node => {
      const [symbol, ...path] = node.text.replaceAll(/[!?]|\[[^\]]*\]/g, '').split('.');
      return { node, resource: file.resources.find(resource => resource.name === symbol), path };
    })
    .filter(read => read.resource && read.path.every(name => /^\w+$/.test(name)));
}

/** For each type@apiVersion, the tree of member names that the files set or read. */
export function usage(files) {
  const trees = {};
  for (const file of files) {
    for (const resource of file.resources) {
      const key = `${resource.type}@${resource.apiVersion}`;
      trees[key] = membersOf(resource.body, file, trees[key]);
    }
    for (const { resource, path } of readsOf(file)) {
      let tree = trees[`${resource.type}@${resource.apiVersion}`];
      for (const name of path) {
        tree = tree[name] ??= {};
      }
    }
  }
  return trees;
}

/** The names, as far as they are written down, of the resources of one type@apiVersion. */
export const namesOf = (files, key) => files.flatMap(file => file.resources
  .filter(resource => `${resource.type}@${resource.apiVersion}` === key)
  .flatMap(resource => textsOf(valueAt(resource.body, 'name'), file).map(({ text }) => text)));
