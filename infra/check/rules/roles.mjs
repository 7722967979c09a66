// Who gets which role on what: these and no others.
import { deployer } from '../lib/scenarios.mjs';

// Azure's built-in roles that the gateway hands out.
const names = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'a97b65f3-24c7-4388-baec-2e87135dc908': 'Cognitive Services User',
  '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd': 'Cognitive Services OpenAI User',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
};

const granted = [
  'app: Storage Blob Data Owner on storageAccounts/sthost', // host state and the deployment package
  'app: Storage Table Data Contributor on storageAccounts/sthost', // diagnostic events of the host
  'app: Storage Table Data Contributor on storageAccounts/stgate',
  'app: Monitoring Metrics Publisher on components/appi-gateway', // telemetry without an ingestion key
  'app: Key Vault Secrets User on vaults/kv-gate', // Key Vault references
  'app: Cognitive Services OpenAI User on accounts/oai',
  'app: Cognitive Services User on accounts/foundry',
  'deployer: Storage Table Data Contributor on storageAccounts/stgate', // the first key
  'deployer: Monitoring Metrics Publisher on components/appi-gateway',
  'deployer: Key Vault Secrets Officer on vaults/kv-gate', // puts the provider keys in
];

export async function roles(project) {
  const findings = [];
  const found = new Set();
  for (const { id, type, name, properties } of await project.resources('full')) {
    if (type !== 'Microsoft.Authorization/roleAssignments') {
      continue;
    }
    const { principalId, principalType, roleDefinitionId } = properties;
    const scope = /^(?:\[extensionResourceId\(')?(\/.*?)(?:'|\/providers\/Microsoft\.Authorization)/.exec(id)?.[1] ?? id;
    const role = /\/providers\/Microsoft\.Authorization\/roleDefinitions\/(.*)$/.exec(roleDefinitionId)?.[1];
    const who = principalId === deployer ? 'deployer'
      : /^\[reference\('[^']*\/userAssignedIdentities\/id-gateway-\w+', '[\d-]+'\)\.principalId\]$/.test(principalId) ? 'app' : principalId;
    // A name ends with the 13 letters and digits of uniqueString().
    const what = scope.split('/').slice(-2).join('/').replace(/-?[a-z0-9]{13}$/, '');
    const grant = `${who}: ${names[role] ?? roleDefinitionId} on ${what}`;
    found.add(grant);
    const add = message => findings.push({ where: grant, message });
    if (!granted.includes(grant)) {
      add('is no grant that these checks know');
    }
    if (principalType !== (who === 'deployer' ? 'User' : 'ServicePrincipal')) {
      add('principalType is missing or another: without it a new identity may not be found yet');
    }
    if (name.startsWith('[') && name !== `[guid('${scope}', ${principalId.slice(1, -1)}, '${role}')]`) {
      add('the name of a role assignment is guid(<scope>.id, <principalId>, <roleId>)');
    }
  }
  granted.filter(grant => !found.has(grant)).forEach(grant => findings.push({ where: grant, message: 'is granted no more' }));
  return findings;
}
