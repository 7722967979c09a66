// Modules: the file is there, it gets what it needs, and only outputs that it has are read.
import { descendants, properties, valueAt } from '../lib/bicep.mjs';
import { finding } from '../lib/project.mjs';
import { kindOf, kindOfType } from '../lib/values.mjs';

export function modules(project) {
  const findings = [];
  const used = new Set();
  for (const file of project.files) {
    const add = (node, message) => findings.push(finding('modules', file.path, node, message));
    for (const module of file.modules) {
      const target = project.moduleFile(file, module);
      if (!target) {
        add(module.pathNode, `no file '${module.path}'`);
        continue;
      }
      used.add(target.path);
      scopes(file, module, target, add);
      parameters(project, file, module, target, add);
    }
    for (const node of descendants(file.root, 'member_expression')) {
      const [, name, output] = /^(\w+)!?\.outputs\.(\w+)$/.exec(node.text.replaceAll(/\[[^\]]*\]/g, '')) ?? [];
      const module = file.modules.find(candidate => candidate.name === name);
      const target = module && project.moduleFile(file, module);
      if (target && !target.outputs.some(candidate => candidate.name === output)) {
        add(node, `'${target.path}' has no output '${output}'`);
      }
      if (module?.value.type === 'if_statement' && !node.text.startsWith(`${name}!`)) {
        add(node, `module '${name}' may be absent: write ${name}! behind its condition`);
      }
    }
  }
  for (const file of project.files.filter(candidate => candidate !== project.main && !used.has(candidate.path))) {
    findings.push(finding('modules', file.path, 1, 'no module uses this file'));
  }
  return findings;
}

function scopes(file, module, target, add) {
  const scope = valueAt(module.body, 'scope');
  if (file.scope !== target.scope && !scope) {
    add(module.node, `module '${module.name}' needs scope: its file is for a ${target.scope}`);
  }
}

function parameters(project, file, module, target, add) {
  const passed = properties(valueAt(module.body, 'params'));
  for (const param of target.params.filter(candidate => !candidate.initial && !candidate.type.endsWith('?'))) {
    if (!passed.some(({ key }) => key === param.name)) {
      add(module.node, `module '${module.name}' lacks parameter '${param.name}'`);
    }
  }
  for (const { key, keyNode, value } of passed) {
    const param = target.params.find(candidate => candidate.name === key);
    if (!param) {
      add(keyNode, `'${target.path}' has no parameter '${key}'`);
      continue;
    }
    const kind = kindOf(value, file, project);
    if (kind && kindOfType(param.type) && kind !== kindOfType(param.type)) {
      add(value, `parameter '${key}' is ${param.type}, this is ${kind}`);
    }
  }
}
