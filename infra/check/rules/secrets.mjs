// No keys: every access is by a role. The linter knows secrets in outputs by what they are; these rules go further.
import { templatesIn } from '../lib/project.mjs';

const keys = /\blist(AccountSas|Keys|Secrets|ServiceSas)\b|AccountKey=|SharedAccessSignature|DefaultEndpointsProtocol/i;
// Hosts of one cloud that the linter rule no-hardcoded-env-urls does not know.
const hosts = /\b(azurewebsites\.net|openai\.azure\.com)\b/;

export async function secrets(project) {
  const findings = [];
  for (const { name, template } of templatesIn(await project.template())) {
    const add = message => findings.push({ where: name, message });
    // The templates of modules have their own turn.
    const text = JSON.stringify(template, (key, value) => key === 'template' ? undefined : value);
    if (keys.test(text)) {
      add(`'${keys.exec(text)[0]}': keys and connection strings are not used: grant a role instead`);
    }
    if (hosts.test(text)) {
      add(`'${hosts.exec(text)[0]}' is a host of one cloud: use environment().suffixes or a property of the resource`);
    }
    for (const output of Object.keys(template.outputs ?? {}).filter(key => /secret|password|connection_?string|(api|shared|account)_?key$/i.test(key))) {
      add(`output '${output}' looks like a secret; outputs are kept in the deployment history`);
    }
    for (const [parameter, { type }] of Object.entries(template.parameters ?? {})) {
      if (/(secret|password|apiKey)$/i.test(parameter) && !/^secure/i.test(type)) {
        add(`parameter '${parameter}' looks like a secret and is not @secure()`);
      }
    }
  }
  return findings;
}
