// What a Flex Consumption app needs, and what breaks it without a word from Azure.
import { descendants, literal, properties, valueAt } from '../lib/bicep.mjs';
import { finding } from '../lib/project.mjs';
import { itemsOf } from '../lib/values.mjs';

// Set by the platform, or meaningless on Flex Consumption; some keep the app from starting.
const forbidden = new Set(['FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_WORKER_RUNTIME_VERSION', 'FUNCTIONS_EXTENSION_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE', 'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING', 'WEBSITE_CONTENTSHARE', 'WEBSITE_CONTENTOVERVNET',
  'WEBSITE_MOUNT_ENABLED', 'ENABLE_ORYX_BUILD', 'SCM_DO_BUILD_DURING_DEPLOYMENT', 'FUNCTIONS_MAX_HTTP_CONCURRENCY',
  'FUNCTIONS_WORKER_PROCESS_COUNT', 'WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED', 'WEBSITE_LOAD_CERTIFICATES',
  'AzureWebJobsStorage', 'AzureWebJobsStorage__accountName', 'APPINSIGHTS_INSTRUMENTATIONKEY', 'GatewayStorage']);
const needed = ['AzureWebJobsStorage__credential', 'AzureWebJobsStorage__clientId', 'AzureWebJobsStorage__blobServiceUri',
  'APPLICATIONINSIGHTS_CONNECTION_STRING', 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'AZURE_CLIENT_ID', 'GatewayStorage__tableServiceUri'];
const settingName = /^(AzureWebJobs|APPLICATIONINSIGHTS_|APPINSIGHTS_|FUNCTIONS_|WEBSITE_|Gateway|OTEL_|AZURE_|ENABLE_|SCM_)/;

export function functions(project) {
  const findings = tables(project);
  for (const file of project.files) {
    const add = (node, message) => findings.push(finding('functions', file.path, node, message));
    const settings = [...descendants(file.root, 'object')].flatMap(properties).filter(({ key }) => settingName.test(key));
    for (const { key, keyNode, value } of settings) {
      if (forbidden.has(key)) {
        add(keyNode, `the setting '${key}' must not be set here`);
      } else if (literal(value) === '') {
        add(value, `the setting '${key}' is empty`);
      }
      if (literal(value) !== null && /__ApiKey$|_API_KEY$/i.test(key)) {
        add(value, `the setting '${key}' holds a key: it must be a Key Vault reference`);
      }
    }
    for (const text of [...descendants(file.root, 'string')].filter(node => node.text.includes('@Microsoft.KeyVault'))) {
      if (!/^'@Microsoft\.KeyVault\((VaultName=\$\{\w+\};SecretName=\$\{[\w.]+\}|SecretUri=\$\{[\w.]+\})\)'$/.test(text.text)) {
        add(text, 'a reference is @Microsoft.KeyVault(VaultName=...;SecretName=...)');
      }
    }
    for (const resource of file.resources.filter(candidate => !candidate.existing)) {
      if (resource.type === 'Microsoft.Web/sites') {
        site(resource, file, project, add);
      } else if (resource.type === 'Microsoft.Web/serverfarms') {
        plan(resource, add);
      } else if (resource.type === 'Microsoft.Web/sites/config') {
        needed.filter(name => !settings.some(({ key }) => key === name))
          .forEach(name => add(resource.node, `the setting '${name}' is missing`));
      }
    }
  }
  return findings;
}

/** The app may not have to create tables: each that the code names is made by the templates. */
function tables({ main, read }) {
  const made = main?.find('tables')?.initial;
  const names = made ? itemsOf(made, main).map(literal) : [];
  return [...(read('src/Gateway/Storage/TableNames.cs') ?? '').matchAll(/const string \w+ = "(\w+)"/g)]
    .filter(([, name]) => !names.includes(name))
    .map(([, name]) => finding('functions', main.path, made, `the code uses the table '${name}', which is not made here`));
}

function plan({ body, node }, add) {
  const sku = valueAt(body, 'sku');
  if (literal(valueAt(sku, 'name')) !== 'FC1' || literal(valueAt(sku, 'tier')) !== 'FlexConsumption') {
    add(sku ?? node, 'the plan is FC1, FlexConsumption');
  }
  if (valueAt(body, 'properties', 'reserved')?.text !== 'true') {
    add(node, 'reserved: true makes the plan a Linux one');
  }
}

function site({ body, node }, file, project, add) {
  const at = (...path) => valueAt(body, 'properties', ...path);
  if (literal(valueAt(body, 'kind')) !== 'functionapp,linux') {
    add(valueAt(body, 'kind') ?? node, "kind is 'functionapp,linux'");
  }
  const version = at('functionAppConfig', 'runtime', 'version');
  const target = /<TargetFramework>net(\d+\.\d+)</.exec(project.read('Directory.Build.props') ?? '')?.[1];
  if (!/^\d+\.\d$/.test(literal(version) ?? '') || literal(version) !== target) {
    add(version ?? node, `runtime.version is '${target}', as the projects target it; with another the app never starts`);
  }
  if (literal(at('functionAppConfig', 'runtime', 'name')) !== 'dotnet-isolated') {
    add(at('functionAppConfig', 'runtime', 'name') ?? node, "runtime.name is 'dotnet-isolated'");
  }
  const storage = at('functionAppConfig', 'deployment', 'storage');
  const userAssigned = literal(valueAt(body, 'identity', 'type')) === 'UserAssigned';
  if (userAssigned && !at('keyVaultReferenceIdentity')) {
    add(node, 'keyVaultReferenceIdentity is missing: without it references reach the app as plain text');
  }
  const authentication = literal(valueAt(storage, 'authentication', 'type'));
  if (authentication !== (userAssigned ? 'UserAssignedIdentity' : 'SystemAssignedIdentity')) {
    add(storage ?? node, 'the package is read with the identity of the app');
  }
  if (userAssigned && !valueAt(storage, 'authentication', 'userAssignedIdentityResourceId')) {
    add(storage ?? node, 'userAssignedIdentityResourceId is missing');
  }
  if (!at('functionAppConfig', 'scaleAndConcurrency', 'triggers', 'http', 'perInstanceConcurrency')) {
    add(node, 'perInstanceConcurrency is missing: the default is far too low for an app that waits');
  }
}
