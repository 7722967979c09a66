// What the compiler and its linter say, and the form of the files.
import { templatesIn } from '../lib/project.mjs';

/** Warnings count as errors, so bicepconfig.json names only the linter rules that are off or silent by themselves. */
export async function compiler(project) {
  const { diagnostics } = await project.compiled();
  return diagnostics
    .filter(({ level }) => level !== 'Info')
    .map(({ source, range, level, code, message }) => ({ where: `${source}:${range.start.line + 1}`, message: `${level} ${code}: ${message}` }));
}

export async function form(project) {
  const findings = [];
  const used = await project.used();
  for (const path of project.templates) {
    const text = project.read(path);
    if (await project.formatted(path) !== text) {
      findings.push({ where: path, message: 'is not as `bicep format` writes it' });
    }
    if (text.split('\n').length > 301) {
      findings.push({ where: path, message: 'longer than 300 lines' });
    }
    if (!used.includes(path)) {
      findings.push({ where: path, message: 'no template uses this file' });
    }
  }
  for (const { name, template } of templatesIn(await project.template())) {
    for (const [parameter, { metadata }] of Object.entries(template.parameters ?? {})) {
      if (!metadata?.description) {
        findings.push({ where: name, message: `parameter '${parameter}' has no @description` });
      }
    }
  }
  return findings;
}
