// What this project asks of every file: no secrets, no fixed hosts, safe defaults, roles by name and GUID.
import { children, descendants, literal, properties, valueAt } from '../lib/bicep.mjs';
import { finding } from '../lib/project.mjs';
import { facts } from './types.mjs';

// name: GUID of the built-in roles that the gateway may hand out.
const roles = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  storageTableDataReader: '76199698-9eea-4c19-bc75-cec21354c6b6',
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
  cognitiveServicesOpenAiUser: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd',
  cognitiveServicesUser: 'a97b65f3-24c7-4388-baec-2e87135dc908',
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
};
const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

// Members that must be set to exactly this.
const asserted = {
  'Microsoft.Storage/storageAccounts': {
    allowSharedKeyAccess: 'false', allowBlobPublicAccess: 'false', supportsHttpsTrafficOnly: 'true', minimumTlsVersion: "'TLS1_2'",
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers': { publicAccess: "'None'" },
  'Microsoft.KeyVault/vaults': { enableRbacAuthorization: 'true', enableSoftDelete: 'true', enablePurgeProtection: 'true' },
  'Microsoft.Insights/components': { DisableLocalAuth: 'true' },
  'Microsoft.OperationalInsights/workspaces': { 'features.disableLocalAuth': 'true' },
  'Microsoft.Web/sites': { httpsOnly: 'true', 'siteConfig.minTlsVersion': "'1.2'" },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': { allow: 'false' },
};

// Preview versions that have no stable one with what we need.
const previews = ['Microsoft.Insights/diagnosticSettings@2021-05-01-preview'];

const hosts = /\b(core\.windows\.net|azurewebsites\.net|vault\.azure\.net|vaultcore\.azure\.net|openai\.azure\.com|database\.windows\.net)\b/;
const secrets = /\blist(AccountSas|Keys|Secrets|ServiceSas)\b|AccountKey=|SharedAccessSignature|DefaultEndpointsProtocol/i;

export function house({ files }) {
  const findings = [];
  for (const file of files) {
    const add = (node, message) => findings.push(finding('house', file.path, node, message));
    file.lines.forEach((line, i) => {
      const code = line.replace(/^\s*\/\/.*/, '');
      if (secrets.test(code)) {
        add(i + 1, 'keys and connection strings are not used: grant a role instead');
      }
      if (hosts.test(code)) {
        add(i + 1, 'a host of one cloud: use environment().suffixes or a property of the resource');
      }
      if (guid.test(code)) {
        roleLine(code, i + 1, add);
      }
    });
    if (file.lines.length > 301) {
      add(301, 'longer than 300 lines');
    }
    for (const output of file.outputs.filter(({ name }) => /secret|password|connection_?string|(api|shared|account)_?key$/i.test(name))) {
      add(output.node, `output '${output.name}' looks like a secret; outputs are kept in the deployment history`);
    }
    for (const param of file.params) {
      const secure = param.decorators.some(({ name }) => name === 'secure');
      if (/(secret|password|apiKey)$/i.test(param.name) && !secure) {
        add(param.node, `parameter '${param.name}' looks like a secret and is not @secure()`);
      }
      if (secure && param.initial && literal(param.initial) !== '') {
        add(param.node, `@secure() parameter '${param.name}' has a default that anyone can read`);
      }
    }
    for (const resource of file.resources.filter(candidate => !candidate.existing)) {
      resourceRules(resource, file, add);
    }
  }
  return findings;
}

function roleLine(code, line, add) {
  const [, name, id] = /^\s*(\w+): '([0-9a-f-]{36})'/i.exec(code) ?? [];
  if (!name) {
    add(line, 'a GUID belongs into the list of roles, as name: GUID');
  } else if (roles[name] !== id.toLowerCase()) {
    add(line, roles[name] ? `the role '${name}' has the id ${roles[name]}` : `no role '${name}' is known to these checks`);
  } else if (!/\/\/ \S+/.test(code)) {
    add(line, `say in a comment what the role '${name}' is needed for`);
  }
}

function resourceRules(resource, file, add) {
  const { type, apiVersion, body, node } = resource;
  if (apiVersion?.endsWith('-preview') && !previews.includes(`${type}@${apiVersion}`)) {
    add(resource.typeNode, `${type}@${apiVersion} is a preview`);
  }
  for (const [path, wanted] of Object.entries(asserted[type] ?? {})) {
    const value = valueAt(body, 'properties', ...path.split('.'));
    if (value?.text !== wanted) {
      add(value ?? node, `${path} of ${type} must be ${wanted}`);
    }
  }
  const level = facts.types[`${type}@${apiVersion}`];
  if (level?.object?.split(' ').includes('tags') && !valueAt(body, 'tags')) {
    add(node, `resource '${resource.name}' has no tags`);
  }
  if (type === 'Microsoft.Authorization/roleAssignments') {
    roleAssignment(body, node, add);
  }
  if (type === 'Microsoft.Network/virtualNetworks') {
    for (const subnet of children(valueAt(body, 'properties', 'subnets') ?? node).filter(item => item.type === 'object')) {
      if (!/^[a-z][a-z0-9-]*$/.test(literal(valueAt(subnet, 'name')) ?? '')) {
        add(subnet, 'a subnet name has lower-case letters, digits and hyphens: Flex Consumption refuses underscores');
      }
      const prefix = Number(/\/(\d+)$/.exec(literal(valueAt(subnet, 'properties', 'addressPrefix')) ?? '')?.[1]);
      if (!(prefix <= 27)) {
        add(subnet, 'a subnet is /27 or larger');
      }
    }
    const delegated = [...descendants(body, 'object_property')].some(item => item.text === "serviceName: 'Microsoft.App/environments'");
    if (!delegated) {
      add(node, 'no subnet is delegated to Microsoft.App/environments, which Flex Consumption needs');
    }
  }
}

function roleAssignment(body, node, add) {
  const name = valueAt(body, 'name')?.text ?? '';
  const scope = valueAt(body, 'scope')?.text;
  if (!scope) {
    add(node, 'a role assignment has a scope: the one resource it is for');
  }
  if (!name.startsWith(`guid(${scope}.id, `) || !/principalId/.test(name) || !/roleId/.test(name)) {
    add(node, 'the name of a role assignment is guid(<scope>.id, <principalId>, <roleId>)');
  }
  const set = properties(valueAt(body, 'properties'));
  if (!set.some(({ key }) => key === 'principalType')) {
    add(node, 'principalType is missing: without it a new identity may not be found yet');
  }
  const role = set.find(({ key }) => key === 'roleDefinitionId')?.value.text ?? '';
  if (!role.startsWith("subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ")) {
    add(node, "roleDefinitionId is subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ...)");
  }
}
