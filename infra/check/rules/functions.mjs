// What a Flex Consumption app needs, and what breaks it without a word from Azure.
import { filesUnder } from '../lib/repository.mjs';

// Set by the platform, or meaningless on Flex Consumption; some keep the app from starting.
const forbidden = new Set(['FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_WORKER_RUNTIME_VERSION', 'FUNCTIONS_EXTENSION_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE', 'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING', 'WEBSITE_CONTENTSHARE', 'WEBSITE_CONTENTOVERVNET',
  'WEBSITE_MOUNT_ENABLED', 'ENABLE_ORYX_BUILD', 'SCM_DO_BUILD_DURING_DEPLOYMENT', 'FUNCTIONS_MAX_HTTP_CONCURRENCY',
  'FUNCTIONS_WORKER_PROCESS_COUNT', 'WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED', 'WEBSITE_LOAD_CERTIFICATES',
  'AzureWebJobsStorage', 'AzureWebJobsStorage__accountName', 'APPINSIGHTS_INSTRUMENTATIONKEY', 'GatewayStorage']);
const needed = ['AzureWebJobsStorage__clientId', 'AzureWebJobsStorage__blobServiceUri',
  'APPLICATIONINSIGHTS_CONNECTION_STRING', 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', 'AZURE_CLIENT_ID', 'GatewayStorage__tableServiceUri'];

const found = async (project, type, scenario = 'full') => (await project.resources(scenario)).filter(resource => resource.type === type);

/** The app settings that a scenario deploys. */
export const settingsOf = async (project, scenario) => (await found(project, 'Microsoft.Web/sites/config', scenario))
  .find(({ name }) => name.endsWith('/appsettings'))?.properties ?? {};

export async function settings(project) {
  const all = await settingsOf(project, 'full');
  const [vault] = await found(project, 'Microsoft.KeyVault/vaults');
  const reference = new RegExp(`^@Microsoft\\.KeyVault\\(VaultName=${vault.name};SecretName=[\\w-]+\\)$`);
  const findings = [];
  for (const [name, value] of Object.entries(all)) {
    const add = message => findings.push({ where: `the setting '${name}'`, message });
    if (forbidden.has(name)) {
      add('must not be set here');
    } else if (value === '') {
      add('is empty');
    }
    if (/__ApiKey$|_API_KEY$/i.test(name) && !value.includes('@Microsoft.KeyVault(')) {
      add('holds a key: it must be a Key Vault reference');
    }
    if (value.includes('@Microsoft.KeyVault') && !reference.test(value)) {
      add('a reference is @Microsoft.KeyVault(VaultName=...;SecretName=...), of the vault made here');
    }
  }
  if (all.AzureWebJobsStorage__credential !== 'managedidentity') {
    findings.push({ where: "the setting 'AzureWebJobsStorage__credential'", message: "must be 'managedidentity': the host would look for a key" });
  }
  needed.filter(name => !(name in all)).forEach(name => findings.push({ where: `the setting '${name}'`, message: 'is missing' }));
  return findings;
}

/** The app may not have to create tables: those that the code names are made by the templates, and no others. */
export async function tables(project) {
  const made = (await found(project, 'Microsoft.Storage/storageAccounts/tableServices/tables')).map(({ name }) => name.split('/').at(-1));
  const named = filesUnder('src/Gateway').filter(path => path.endsWith('.cs'))
    .flatMap(path => [...project.read(path).matchAll(/const string TableName = "(\w+)"/g)].map(([, name]) => name));
  return [
    ...named.filter(name => !made.includes(name)).map(name => ({ where: name, message: 'the code uses this table, which is not made here' })),
    ...made.filter(name => !named.includes(name)).map(name => ({ where: name, message: 'this table is made, but the code names none like it' })),
  ];
}

export async function plan(project) {
  return (await found(project, 'Microsoft.Web/serverfarms')).flatMap(({ name: where, sku, properties }) => [
    ...sku?.name === 'FC1' && sku.tier === 'FlexConsumption' ? [] : [{ where, message: 'the plan is FC1, FlexConsumption' }],
    ...properties.reserved === true ? [] : [{ where, message: 'reserved: true makes the plan a Linux one' }],
  ]);
}

export async function app(project) {
  const findings = [];
  const [own] = await found(project, 'Microsoft.ManagedIdentity/userAssignedIdentities');
  for (const { name: where, kind, identity, properties } of await found(project, 'Microsoft.Web/sites')) {
    const add = message => findings.push({ where, message });
    const { deployment, runtime, scaleAndConcurrency } = properties.functionAppConfig;
    const { type, authentication } = deployment.storage;
    const target = /<TargetFramework>net(\d+\.\d+)</.exec(project.read('Directory.Build.props'))[1];
    if (kind !== 'functionapp,linux') {
      add("kind is 'functionapp,linux'");
    }
    if (runtime.version !== target) {
      add(`runtime.version is '${target}', as the projects target it; with another the app never starts`);
    }
    if (runtime.name !== 'dotnet-isolated') {
      add("runtime.name is 'dotnet-isolated'");
    }
    if (identity?.type !== 'UserAssigned' || !(own.id in identity.userAssignedIdentities)) {
      add('the app runs as the identity made here');
    }
    if (properties.keyVaultReferenceIdentity !== own.id) {
      add('keyVaultReferenceIdentity is not that identity: references would reach the app as plain text');
    }
    if (type !== 'blobContainer' || authentication.type !== 'UserAssignedIdentity' || authentication.userAssignedIdentityResourceId !== own.id) {
      add('the package is read from a container with that identity (userAssignedIdentityResourceId)');
    }
    if (!scaleAndConcurrency.triggers?.http?.perInstanceConcurrency) {
      add('perInstanceConcurrency is missing: the default is far too low for an app that waits');
    }
  }
  return findings;
}
