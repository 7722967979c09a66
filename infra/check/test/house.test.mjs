// Mistakes that compile but break the house rules, Flex Consumption or azd.
import { broken } from '../lib/broken.mjs';

const main = 'infra/main.bicep';
const app = 'infra/modules/function-app.bicep';
const settings = 'infra/modules/app-settings.bicep';
const storage = 'infra/modules/storage.bicep';
const vault = 'infra/modules/vault.bicep';
const network = 'infra/modules/network.bicep';
const monitoring = 'infra/modules/monitoring.bicep';
const parameters = 'infra/main.parameters.json';

// House
broken([
  ['shared keys are on', storage, 'allowSharedKeyAccess: false', 'allowSharedKeyAccess: true', 'house', 'allowSharedKeyAccess'],
  ['shared keys are left to the default', storage, '    allowSharedKeyAccess: false\n', '', 'house', 'allowSharedKeyAccess'],
  ['blobs are public', storage, 'allowBlobPublicAccess: false', 'allowBlobPublicAccess: true', 'house', 'allowBlobPublicAccess'],
  ['an old TLS version', storage, "'TLS1_2'", "'TLS1_1'", 'house', 'minimumTlsVersion'],
  ['the container is public', storage, "publicAccess: 'None'", "publicAccess: 'Blob'", 'house', 'publicAccess'],
  ['plain HTTP', app, 'httpsOnly: true', 'httpsOnly: false', 'house', 'httpsOnly'],
  ['an old TLS version of the app', app, "minTlsVersion: '1.2'", "minTlsVersion: '1.0'", 'house', 'siteConfig.minTlsVersion'],
  ['publishing with a password', app, 'allow: false', 'allow: true', 'house', 'allow of'],
  ['purge protection is off', vault, 'enablePurgeProtection: true', 'enablePurgeProtection: false', 'house', 'enablePurgeProtection'],
  ['access policies instead of roles', vault, 'enableRbacAuthorization: true', 'enableRbacAuthorization: false', 'house', 'enableRbacAuthorization'],
  ['telemetry by key', monitoring, 'DisableLocalAuth: true', 'DisableLocalAuth: false', 'house', 'DisableLocalAuth'],
  ['a key is read', storage, 'output id string = account.id', 'output id string = account.listKeys().keys[0].value', 'house', 'grant a role'],
  ['a connection string', settings, "'managedidentity'", "'DefaultEndpointsProtocol=https;AccountName=x'", 'house', 'connection strings are not used'],
  ['a fixed host', settings, '.blob.${environment().suffixes.storage}', '.blob.core.windows.net', 'house', 'a host of one cloud'],
  ['a role with the id of another', main, "keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'", "keyVaultSecretsUser: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'", 'house', 'has the id 4633458b'],
  ['a role that is too strong', main, "keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'", "owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'", 'house', "no role 'owner'"],
  ['a role without a reason', main, ' // Key Vault references', '', 'house', 'say in a comment'],
  ['a role id outside the list', vault, "roleDefinitions', grant.roleId)", "roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')", 'house', 'belongs into the list'],
  ['a random role assignment name', vault, 'name: guid(vault.id, grant.principalId, grant.roleId)', 'name: guid(vault.id, grant.principalId)', 'house', 'the name of a role assignment'],
  ['a role on the whole group', vault, '  scope: vault\n  properties: {\n    principalId', '  properties: {\n    principalId', 'house', 'has a scope'],
  ['no principal type', vault, '    principalType: grant.principalType\n', '', 'house', 'principalType is missing'],
  ['a role id without its scope', vault, "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grant.roleId)", 'grant.roleId', 'house', 'roleDefinitionId is'],
  ['no tags', vault, '  tags: tags\n', '', 'house', 'has no tags'],
  ['a preview version', storage, 'storageAccounts@2024-01-01', 'storageAccounts@2024-01-01-preview', 'house', 'is a preview'],
  ['a secret as an output', vault, 'output name string', 'output apiKey string', 'house', 'looks like a secret'],
  ['a secret parameter in the clear', settings, 'param extraSettings object', "param extraSettings object\n\n@description('x')\nparam apiKey string", 'house', 'is not @secure()'],
  ['a secret with a default', settings, 'param extraSettings object', "param extraSettings object\n\n@secure()\n@description('x')\nparam apiKey string = 'abc'", 'house', 'has a default'],
  ['the wrong delegation', network, "'Microsoft.App/environments'", "'Microsoft.Web/serverFarms'", 'house', 'no subnet is delegated'],
  ['an underscore in a subnet name', network, "name: 'app'\n", "name: 'app_net'\n", 'house', 'subnet name'],
  ['a subnet that is too small', network, '10.0.1.0/24', '10.0.1.0/28', 'house', '/27'],
  ['a file that grew too long', network, 'output appSubnetId', `${'// more\n'.repeat(250)}output appSubnetId`, 'house', 'longer than 300'],
]);

// Flex Consumption
broken([
  ["version '10'", app, "version: '10.0'", "version: '10'", 'functions', "runtime.version is '10.0'"],
  ['another version than the projects', app, "version: '10.0'", "version: '9.0'", 'functions', "runtime.version is '10.0'"],
  ['the in-process runtime', app, "name: 'dotnet-isolated'", "name: 'dotnet'", 'functions', 'runtime.name'],
  ['an app without linux', app, "'functionapp,linux'", "'functionapp'", 'functions', "kind is 'functionapp,linux'"],
  ['another plan', app, "name: 'FC1', tier: 'FlexConsumption'", "name: 'Y1', tier: 'Dynamic'", 'functions', 'the plan is FC1'],
  ['a Windows plan', app, 'reserved: true', 'reserved: false', 'functions', 'a Linux one'],
  ['no identity for references', app, '    keyVaultReferenceIdentity: identityId\n', '', 'functions', 'keyVaultReferenceIdentity'],
  ['the package by connection string', app, "type: 'UserAssignedIdentity'", "type: 'StorageAccountConnectionString'", 'functions', 'identity of the app'],
  ['no identity for the package', app, '            userAssignedIdentityResourceId: identityId\n', '', 'functions', 'userAssignedIdentityResourceId'],
  ['no HTTP concurrency', app, '        triggers: { http: { perInstanceConcurrency: httpConcurrency } }\n', '', 'functions', 'perInstanceConcurrency'],
  ['a table of the code that is not made', main, "'audit', ", '', 'functions', "the table 'audit'"],
  ['a forbidden setting', settings, '  AZURE_CLIENT_ID:', "  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'\n  AZURE_CLIENT_ID:", 'functions', 'must not be set'],
  ['an empty AzureWebJobsStorage', settings, '  AZURE_CLIENT_ID:', "  AzureWebJobsStorage: ''\n  AZURE_CLIENT_ID:", 'functions', 'must not be set'],
  ['an empty setting', settings, "AzureWebJobsStorage__credential: 'managedidentity'", "AzureWebJobsStorage__credential: ''", 'functions', 'is empty'],
  ['a setting is missing', settings, "  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'\n", '', 'functions', 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'],
  ['a key in a setting', settings, "'@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${provider.apiKeySecret})'", "'sk-123'", 'functions', 'must be a Key Vault reference'],
  ['a reference with a mistake', settings, '${provider.apiKeySecret})', '${provider.apiKeySecret}', 'functions', 'a reference is'],
]);

// azd
broken([
  ['a tag that is not the service', app, "'azd-service-name': 'gateway'", "'azd-service-name': 'api'", 'azd', "azd-service-name: 'gateway'"],
  ['another project folder', 'azure.yaml', './src/Gateway.Functions', './src/Functions', 'azd', 'there is no src/Functions'],
  ['no name', 'azure.yaml', 'name: messages-gateway\n', '', 'azd', 'has a name'],
  ['another host', 'azure.yaml', 'host: function', 'host: appservice', 'azd', 'host: function'],
  ['a hook that is not there', 'azure.yaml', 'first-key.ps1', 'key.ps1', 'azd', 'no such file'],
  ['a hook whose output azd wipes', 'azure.yaml', '      interactive: true\n', '', 'azd', 'not interactive'],
  ['a hook for one system only', 'azure.yaml', '    windows:\n      shell: pwsh\n      run: infra/hooks/first-key.ps1\n      interactive: true\n', '', 'azd', 'needs posix and windows'],
  ['azure.yaml cannot be read', 'azure.yaml', 'services:', 'services: [', 'azd', ''],
  ['no tag on the group', main, "{ 'azd-env-name': environmentName }", "{ env: environmentName }", 'azd', 'azd-env-name'],
  ['a parameter that main.bicep lacks', parameters, '"otlpEndpoint"', '"otelEndpoint"', 'azd', "no parameter 'otelEndpoint'"],
  ['a required parameter without value', parameters, '    "location": { "value": "${AZURE_LOCATION}" },\n', '', 'azd', "the parameter 'location' has no value"],
  ['a parameter of the wrong kind', parameters, '"providers": { "value": [] }', '"providers": { "value": {} }', 'azd', "'providers' is array, not object"],
  ['a placeholder with a mistake', parameters, '${AZURE_LOCATION}', '$(AZURE_LOCATION)', 'azd', 'is no ${NAME}'],
  ['parameters that are no JSON', parameters, '"parameters": {', '"parameters": {{', 'azd', ''],
  ['a hook that reads a missing output', main, 'output GATEWAY_TABLE_ENDPOINT', 'output TABLE_ENDPOINT', 'azd', "'GATEWAY_TABLE_ENDPOINT' is no output"],
]);
