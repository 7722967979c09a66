// Mistakes that the compiler lets pass, each of which a rule must notice; and that the compiler itself is heard.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broken, withProject } from '../lib/broken.mjs';
import { settingsOf } from '../rules/functions.mjs';

const main = 'infra/main.bicep';
const app = 'infra/modules/function-app.bicep';
const settings = 'infra/modules/app-settings.bicep';
const storage = 'infra/modules/storage.bicep';
const vault = 'infra/modules/vault.bicep';
const network = 'infra/modules/network.bicep';
const monitoring = 'infra/modules/monitoring.bicep';
const budget = 'infra/modules/budget.bicep';
const parameters = 'infra/main.parameters.json';

broken('compiler', [
  ['an error', app, "sku: { name: 'FC1', tier: 'FlexConsumption' }", "sku: { name: 'FC1', tier: 'FlexConsumption'", 'Error BCP'],
  ['a warning', storage, 'minimumTlsVersion:', 'minTlsVersion:', 'Warning BCP037'],
  ['a rule of the linter', storage, 'output id string = account.id', 'output id string = account.listKeys().keys[0].value', 'outputs-should-not-contain-secrets'],
  ['a fixed host', settings, '.blob.${environment().suffixes.storage}', '.blob.core.windows.net', 'no-hardcoded-env-urls'],
  ['a region of our own', vault, 'location: location', "location: 'westeurope'", 'no-hardcoded-location'],
]);

broken('form', [
  ['a place that the formatter would change', vault, 'enableSoftDelete: true', 'enableSoftDelete:  true', 'bicep format'],
  ['a parameter without description', budget, "@description('Who is mailed.')\n", '', "'emails' has no @description"],
  ['a file that grew too long', network, 'output appSubnetId', `${'// more\n'.repeat(250)}output appSubnetId`, 'longer than 300'],
  ['a template that nothing uses', 'infra/modules/spare.bicep', null, "output one string = 'x'\n", 'no template uses'],
]);

broken('values', [
  ['shared keys are on', storage, 'allowSharedKeyAccess: false', 'allowSharedKeyAccess: true', 'allowSharedKeyAccess'],
  ['shared keys are left to the default', storage, '    allowSharedKeyAccess: false\n', '', 'allowSharedKeyAccess'],
  ['blobs are public', storage, 'allowBlobPublicAccess: false', 'allowBlobPublicAccess: true', 'allowBlobPublicAccess'],
  ['plain HTTP to storage', storage, 'supportsHttpsTrafficOnly: true', 'supportsHttpsTrafficOnly: false', 'supportsHttpsTrafficOnly'],
  ['an old TLS version', storage, "'TLS1_2'", "'TLS1_1'", 'minimumTlsVersion'],
  ['a kind that does not exist', storage, "'StorageV2'", "'StorageV3'", 'kind must be'],
  ['a kind of redundancy that does not exist', storage, 'Standard_LRS', 'Standard_LSR', 'sku.name'],
  ['the container is public', storage, "publicAccess: 'None'", "publicAccess: 'Blob'", 'publicAccess'],
  ['plain HTTP', app, 'httpsOnly: true', 'httpsOnly: false', 'httpsOnly'],
  ['an old TLS version of the app', app, "minTlsVersion: '1.2'", "minTlsVersion: '1.0'", 'siteConfig.minTlsVersion'],
  ['publishing with a password', app, 'allow: false', 'allow: true', 'allow must be'],
  ['purge protection is off', vault, 'enablePurgeProtection: true', 'enablePurgeProtection: false', 'enablePurgeProtection'],
  ['soft delete is off', vault, 'enableSoftDelete: true', 'enableSoftDelete: false', 'enableSoftDelete'],
  ['access policies instead of roles', vault, 'enableRbacAuthorization: true', 'enableRbacAuthorization: false', 'enableRbacAuthorization'],
  ['telemetry by key', monitoring, 'DisableLocalAuth: true', 'DisableLocalAuth: false', 'DisableLocalAuth'],
  ['logs by key', monitoring, 'disableLocalAuth: true', 'disableLocalAuth: false', 'features.disableLocalAuth'],
  ['a budget that looks at nothing', budget, "category: 'Cost'", "category: 'Costs'", 'category'],
  ['a preview version', storage, "'Microsoft.Storage/storageAccounts@2024-01-01'", "'Microsoft.Storage/storageAccounts@2024-01-01-preview'", 'is a preview'],
  ['no tags', vault, '  tags: tags\n', "  tags: { of: tags.?of ?? '' }\n", 'lacks the tags'],
  ['a child without its parent', storage, '    parent: tableService\n', '', 'invalid name'],
]);

broken('secrets', [
  ['a key that is read', monitoring, "Application_Type: 'web'", 'Application_Type: workspace.listKeys().primarySharedKey', "'listKeys'"],
  ['a connection string', settings, "'managedidentity'", "'DefaultEndpointsProtocol=https;AccountName=x'", 'grant a role'],
  ['a host that the linter does not know', app, "'https://${site.properties.defaultHostName}'", "'https://${name}.azurewebsites.net'", 'a host of one cloud'],
  ['a secret as an output', vault, 'output name string = vault.name', 'output name string = vault.name\noutput apiKey string = vault.name', 'looks like a secret'],
  ['a secret parameter in the clear', settings, 'param extraSettings object', "param extraSettings object\n\n@description('x')\nparam apiKey string = ''\n\noutput size int = length(apiKey)", 'is not @secure()'],
]);

broken('roles', [
  ['the id of another role', main, "keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'", "keyVaultSecretsUser: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'", 'app: Key Vault Secrets Officer on vaults/kv-gate: is no grant'],
  ['a role that nobody knows', main, '4633458b-17de-408a-b874-0445c86b69e6', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'is no grant'],
  ['a grant too many', main, "roleId: roles.storageBlobDataOwner }\n", "roleId: roles.storageBlobDataOwner }\n      { principalId: appId, principalType: 'ServicePrincipal', roleId: roles.keyVaultSecretsUser }\n", 'app: Key Vault Secrets User on storageAccounts/sthost: is no grant'],
  ['a grant that is gone', main, "[{ principalId: appId, principalType: 'ServicePrincipal', roleId: roles.keyVaultSecretsUser }]", '[]', 'app: Key Vault Secrets User on vaults/kv-gate: is granted no more'],
  ['a role id outside the list', vault, "roleDefinitions', grant.roleId)", "roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')", 'deployer: Key Vault Secrets Officer on vaults/kv-gate: is granted no more'],
  ['a role on the whole group', vault, '    scope: vault\n', '', 'resourceGroups/rg-blue: is no grant'],
  ['a name that two roles share', vault, 'name: guid(vault.id, grant.principalId, grant.roleId)', 'name: guid(vault.id, grant.principalId)', 'the name of a role assignment'],
  ['no principal type', vault, '      principalType: grant.principalType\n', '', 'principalType is missing'],
  ['a role id without its scope', vault, "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)", 'grant.roleId', 'is no grant'],
]);

broken('networks', [
  ['a private account that is open', storage, "? 'Disabled' : 'Enabled'", "? 'Disabled' : 'On'", 'is not closed as it should be'],
  ['a private vault that anyone reaches', vault, "? 'Deny' : 'Allow'", "? 'Allow' : 'Allow'", 'kv-gate'],
  ['operators are let into the account of the host', main, '    private: vnetEnabled\n    grants: [', '    private: vnetEnabled\n    allowedIpRanges: operatorIpRanges\n    grants: [', 'sthost'],
  ['services of Azure pass by', storage, "bypass: 'None'", "bypass: 'AzureServices'", 'is not closed'],
  ['the wrong delegation', network, "'Microsoft.App/environments'", "'Microsoft.Web/serverFarms'", 'is not delegated'],
  ['an underscore in a subnet name', network, "name: 'endpoints'\n", "name: 'end_points'\n", 'subnet name'],
  ['a subnet that is too small', network, '10.0.1.0/24', '10.0.1.0/28', '/27'],
  ['policies on the subnet of the endpoints', network, "privateEndpointNetworkPolicies: 'Disabled'", "privateEndpointNetworkPolicies: 'Off'", 'privateEndpointNetworkPolicies'],
  ['the zone of another service', network, "service: 'vault', zone: 2", "service: 'vault', zone: 1", 'the zone of another service'],
]);

broken('plan', [
  ['another plan', app, "name: 'FC1', tier: 'FlexConsumption'", "name: 'Y1', tier: 'Dynamic'", 'the plan is FC1'],
  ['a Windows plan', app, 'reserved: true', 'reserved: false', 'a Linux one'],
]);

broken('app', [
  ["version '10'", app, "version: '10.0'", "version: '10'", "runtime.version is '10.0'"],
  ['another version than the projects', app, "version: '10.0'", "version: '9.0'", "runtime.version is '10.0'"],
  ['the in-process runtime', app, "name: 'dotnet-isolated'", "name: 'dotnet'", 'runtime.name'],
  ['an app without linux', app, "'functionapp,linux'", "'functionapp'", "kind is 'functionapp,linux'"],
  ['another identity', app, "type: 'UserAssigned'\n    userAssignedIdentities: { '${identityId}': {} }", "type: 'SystemAssigned'", 'runs as the identity'],
  ['no identity for references', app, '    keyVaultReferenceIdentity: identityId\n', '', 'keyVaultReferenceIdentity'],
  ['the package by connection string', app, "type: 'UserAssignedIdentity'", "type: 'StorageAccountConnectionString'", 'the package is read'],
  ['no identity for the package', app, '            userAssignedIdentityResourceId: identityId\n', '', 'userAssignedIdentityResourceId'],
  ['no HTTP concurrency', app, '{ http: { perInstanceConcurrency: httpConcurrency } }', '{ http: httpConcurrency > 1000 ? {} : {} }', 'perInstanceConcurrency'],
]);

broken('settings', [
  ['a forbidden setting', settings, '  AZURE_CLIENT_ID:', "  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'\n  AZURE_CLIENT_ID:", 'must not be set'],
  ['an empty AzureWebJobsStorage', settings, '  AZURE_CLIENT_ID:', "  AzureWebJobsStorage: ''\n  AZURE_CLIENT_ID:", 'must not be set'],
  ['an empty setting', settings, 'AZURE_CLIENT_ID: identityClientId', "AZURE_CLIENT_ID: ''", 'is empty'],
  ['the host without its identity', settings, "AzureWebJobsStorage__credential: 'managedidentity'", "AzureWebJobsStorage__credential: 'managedIdentities'", 'managedidentity'],
  ['a setting is missing', settings, "  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'\n", '', 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'],
  ['a key in a setting', settings, "'@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${provider.apiKeySecret})'", "'sk-123${vaultName}'", 'must be a Key Vault reference'],
  ['a reference with a mistake', settings, '${provider.apiKeySecret})', '${provider.apiKeySecret}', 'a reference is'],
  ['a reference to another vault', main, 'vaultName: vault.outputs.name', 'vaultName: identity.outputs.clientId', 'of the vault made here'],
]);

broken('tables', [
  ['a table of the code that is not made', main, "'audit', ", '', 'audit: the code uses this table'],
  ['a table that the code does not know', main, "'audit', ", "'audit', 'audits', ", 'audits: this table is made'],
]);

broken('azd', [
  ['a tag that is not the service', app, "'azd-service-name': 'gateway'", "'azd-service-name': 'api'", "azd-service-name: 'gateway'"],
  ['another project folder', 'azure.yaml', './src/Gateway.Functions', './src/Functions', 'there is no src/Functions'],
  ['no name', 'azure.yaml', 'name: messages-gateway\n', '', 'has a name'],
  ['another host', 'azure.yaml', 'host: function', 'host: appservice', 'host: function'],
  ['a hook that is not there', 'azure.yaml', 'first-key.ps1', 'key.ps1', 'no such file'],
  ['a hook whose output azd wipes', 'azure.yaml', '      interactive: true\n', '', 'not interactive'],
  ['a hook for one system only', 'azure.yaml', '    windows:\n      shell: pwsh\n      run: infra/hooks/first-key.ps1\n      interactive: true\n', '', 'on windows'],
  ['azure.yaml cannot be read', 'azure.yaml', 'services:', 'services: [', 'azure.yaml: '],
]);

broken('values', [['no tag on the group', main, "{ 'azd-env-name': environmentName }", '{ env: environmentName }', 'resourceGroups rg-blue: lacks the tags']]);

broken('parameters', [
  ['a parameter that main.bicep lacks', parameters, '"otlpEndpoint"', '"otelEndpoint"', '"otelEndpoint"'],
  ['a required parameter without value', parameters, '    "location": { "value": "${AZURE_LOCATION}" },\n', '', '"location"'],
  ['a parameter of the wrong kind', parameters, '"providers": { "value": [] }', '"providers": { "value": {} }', 'BCP033'],
  ['a model without its targets', parameters, ', "targets": ["echo/echo"]', '', '"targets"'],
  ['a placeholder with a mistake', parameters, '${AZURE_LOCATION}', '$(AZURE_LOCATION)', 'is no ${NAME}'],
  ['parameters that are no JSON', parameters, '"parameters": {', '"parameters": {{', 'JSON'],
]);

broken('outputs', [['a hook that reads a missing output', main, 'output GATEWAY_TABLE_ENDPOINT', 'output TABLE_ENDPOINT', "'GATEWAY_TABLE_ENDPOINT' is no output"]]);

test('providers, models and receivers of alerts become these settings of the app', async () => {
  const all = await withProject({}, project => settingsOf(project, 'full'));
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('Gateway__')));
  assert.match(own.Gateway__Providers__openai__ApiKey, /^@Microsoft\.KeyVault\(VaultName=kv-gate-\w{13};SecretName=openai-key\)$/);
  delete own.Gateway__Providers__openai__ApiKey;
  for (const [name, secret] of [['ops__Url', 'ops-webhook'], ['ops__Secret', 'ops-signing'], ['chat__Url', 'chat-webhook']]) {
    assert.match(own[`Gateway__Alerts__Webhooks__${name}`], new RegExp(`^@Microsoft\\.KeyVault\\(VaultName=kv-gate-\\w{13};SecretName=${secret}\\)$`));
    delete own[`Gateway__Alerts__Webhooks__${name}`];
  }
  assert.deepEqual(own, {
    Gateway__DirectRoutes: 'priced',
    Gateway__Providers__openai__Kind: 'openai',
    Gateway__Providers__openai__BaseUrl: 'https://api.example.com/v1',
    Gateway__Providers__openai__MaxRetries: '3',
    Gateway__Providers__azure__Kind: 'azure-openai',
    Gateway__Providers__azure__BaseUrl: 'https://oai.example.com',
    Gateway__Models__0__Id: 'claude-*',
    Gateway__Models__0__Targets__0: 'openai/gpt',
    Gateway__Models__0__Targets__1: 'azure/gpt',
    Gateway__Models__0__DisplayName: 'GPT',
    Gateway__Models__0__ContextWindow: '100000',
    Gateway__Models__0__MaxOutputTokens: '8000',
    Gateway__Models__0__Order: 'cost',
    Gateway__Models__1__Id: 'gpt',
    Gateway__Models__1__Targets__0: 'azure/gpt',
    Gateway__Alerts__Webhooks__ops__Format: 'json',
    Gateway__Alerts__Webhooks__ops__Events__0: 'budget',
    Gateway__Alerts__Webhooks__chat__Format: 'slack',
  });
});
