// Mistakes of language, names, modules and resource types.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadProject } from '../lib/project.mjs';
import { usage } from '../lib/usage.mjs';
import { check } from '../rules/index.mjs';
import { facts } from '../rules/types.mjs';
import { broken } from '../lib/broken.mjs';

const main = 'infra/main.bicep';
const app = 'infra/modules/function-app.bicep';
const settings = 'infra/modules/app-settings.bicep';
const storage = 'infra/modules/storage.bicep';
const vault = 'infra/modules/vault.bicep';
const network = 'infra/modules/network.bicep';
const budget = 'infra/modules/budget.bicep';
const role = 'infra/modules/azure-openai-role.bicep';

test('the files themselves have no findings', () => assert.deepEqual(check(loadProject()), []));

test('facts.json holds the types in use and no others, and says where they are from', () => {
  assert.deepEqual(Object.keys(facts.types), Object.keys(usage(loadProject().files)).sort());
  assert.match(facts.commit, /^[0-9a-f]{40}$/);
  assert.match(facts.date, /^\d{4}-\d\d-\d\d$/);
});

// Syntax
broken([
  ['a brace is missing', app, "sku: { name: 'FC1', tier: 'FlexConsumption' }", "sku: { name: 'FC1', tier: 'FlexConsumption'", 'syntax', ''],
  ['a quote is missing', app, "kind: 'functionapp,linux'", "kind: 'functionapp,linux", 'syntax', 'cannot read'],
  ['double quotes', app, "kind: 'functionapp,linux'", 'kind: "functionapp,linux"', 'syntax', 'cannot read'],
  ['a colon is missing', vault, 'tags: tags', 'tags tags', 'syntax', ''],
  ['an equals sign in an object', vault, 'enableSoftDelete: true', 'enableSoftDelete = true', 'syntax', ''],
  ['a comma is missing on one line', app, "'FC1', tier", "'FC1' tier", 'syntax', 'comma is missing'],
  ['two declarations on one line', storage, "output id string = account.id\n", 'output id string = account.id ', 'syntax', 'on the line of the one before'],
  ['a call as an array item', main, "var tables = ['keys',", "var tables = [toLower('keys'),", 'syntax', 'give it a name with var'],
  ['a nested child resource', storage, "    networkAcls: {\n", "    resource inner 'blobServices' = { name: 'default' }\n    networkAcls: {\n", 'syntax', 'parent:'],
  ['an import', main, "targetScope = 'subscription'", "targetScope = 'subscription'\nimport 'az'", 'syntax', 'outside the part'],
  ['a word that is no statement', main, 'output AZURE_LOCATION', 'outptu AZURE_LOCATION', 'syntax', 'cannot read'],
]);

// Names
broken([
  ['an unused parameter', budget, "@description('Who is mailed.')", "@description('Unused.')\nparam spare string\n\n@description('Who is mailed.')", 'names', "'spare' is never used"],
  ['an unused variable', main, 'var tags =', "var spare = 1\nvar tags =", 'names', "'spare' is never used"],
  ['an unused existing resource', role, "resource roleAssignment", "resource spare 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {\n  name: 'x'\n}\n\nresource roleAssignment", 'names', "'spare' is never used"],
  ['a misspelt variable', main, "'func-gateway-${token}'", "'func-gateway-${tokn}'", 'names', "'tokn' is not declared"],
  ['a misspelt name in a lambda', settings, 'all, some) => union(all, some)', 'all, some) => union(all, sum)', 'names', "'sum' is not declared"],
  ['a misspelt function', main, 'toLower(uniqueString(', 'toLower(uniqeString(', 'names', "no function is called 'uniqeString'"],
  ['a misspelt decorator', main, '@minValue(40)', '@minimumValue(40)', 'names', "no decorator is called"],
  ['a parameter without description', budget, "@description('Who is mailed.')\n", '', 'names', 'has no @description'],
  ['a parameter declared twice', budget, "@description('Who is mailed.')", "@description('Again.')\nparam name string\n\n@description('Who is mailed.')", 'names', "'name' is declared twice"],
  ['a member set twice', vault, 'enableSoftDelete: true', 'enableSoftDelete: true\n    enableSoftDelete: true', 'names', 'set twice'],
  ['a loop variable that hides a parameter', storage, 'for containerName in containers', 'for name in containers', 'names', "'name' hides"],
]);

// Modules
broken([
  ['a module file that is not there', main, "'modules/vault.bicep'", "'modules/vaults.bicep'", 'modules', "no file 'modules/vaults.bicep'"],
  ['a required module parameter is missing', main, '    retentionDays: logRetentionDays\n', '', 'modules', "lacks parameter 'retentionDays'"],
  ['a module parameter that does not exist', main, 'retentionDays: logRetentionDays', 'retentionDay: logRetentionDays', 'modules', "no parameter 'retentionDay'"],
  ['a module parameter of the wrong kind', main, 'retentionDays: logRetentionDays', "retentionDays: '30'", 'modules', "is int, this is string"],
  ['a parameter of the wrong kind passed on', main, 'retentionDays: logRetentionDays', 'retentionDays: location', 'modules', "is int, this is string"],
  ['an output of the wrong kind passed on', main, 'private: vnetEnabled\n    grants', 'private: monitoring.outputs.workspaceId\n    grants', 'modules', 'is bool, this is string'],
  ['an output that does not exist', main, 'vault.outputs.name\n    providers', 'vault.outputs.vaultName\n    providers', 'modules', "no output 'vaultName'"],
  ['a module without scope at subscription level', main, "module identity 'modules/identity.bicep' = {\n  scope: group\n", "module identity 'modules/identity.bicep' = {\n", 'modules', 'needs scope'],
  ['an optional module read without !', main, 'network!.outputs.appSubnetId', 'network.outputs.appSubnetId', 'modules', 'may be absent'],
  ['a module that nothing uses', 'infra/modules/spare.bicep', null, "output one string = 'x'\n", 'modules', 'no module uses'],
]);

// Types
broken([
  ['a misspelt member', storage, 'minimumTlsVersion:', 'minTlsVersion:', 'types', "no member 'minTlsVersion'"],
  ['a member in the wrong case', app, 'maximumInstanceCount: maximumInstanceCount', 'MaximumInstanceCount: maximumInstanceCount', 'types', "did you mean 'maximumInstanceCount'"],
  ['a member at the wrong level', vault, "  properties: {\n    tenantId", "  enableRbacAuthorization: true\n  properties: {\n    tenantId", 'types', "no member 'enableRbacAuthorization'"],
  ['a member deep inside', app, 'userAssignedIdentityResourceId:', 'userAssignedIdentityId:', 'types', "no member 'userAssignedIdentityId'"],
  ['a member of an array item', network, 'privateLinkServiceId:', 'privateLinkServiceID:', 'types', "did you mean 'privateLinkServiceId'"],
  ['a read-only member is set', app, 'httpsOnly: true', "httpsOnly: true\n    defaultHostName: 'x'", 'types', "'defaultHostName' of Microsoft.Web/sites@2024-04-01.properties is read-only"],
  ['a required member is missing', vault, '    tenantId: tenant().tenantId\n', '', 'types', "lacks the required member 'tenantId'"],
  ['a required member of a map value is missing', budget, "        contactEmails: emails\n", '', 'types', "lacks the required member 'contactEmails'"],
  ['a value that the type does not know', app, "type: 'UserAssignedIdentity'", "type: 'UserAssigned'", 'types', "'UserAssigned' is no value"],
  ['a wrong value in one branch', storage, "'Disabled' : 'Enabled'", "'Disabled' : 'On'", 'types', "'On' is no value"],
  ['a text for a boolean', storage, 'allowSharedKeyAccess: false', "allowSharedKeyAccess: 'false'", 'types', 'is boolean, not string'],
  ['a text for a number', app, 'perInstanceConcurrency: httpConcurrency', "perInstanceConcurrency: '64'", 'types', 'is integer, not string'],
  ['a parameter of the wrong kind for a member', app, 'instanceMemoryMB: instanceMemoryMB', 'instanceMemoryMB: planName', 'types', 'is integer, not string'],
  ['an object for an array', vault, "logs: [{ categoryGroup: 'audit', enabled: true }]", "logs: { categoryGroup: 'audit', enabled: true }", 'types', 'is array, not object'],
  ['a type that does not exist', app, "'Microsoft.Web/serverfarms@2024-04-01'", "'Microsoft.Web/serverFarm@2024-04-01'", 'types', 'does not know'],
  ['an API version that is not in the facts', vault, '@2024-11-01', '@2022-01-01', 'types', 'does not know Microsoft.KeyVault/vaults@2022-01-01'],
  ['a read of a member that does not exist', app, 'site.properties.defaultHostName', 'site.properties.hostName', 'types', "no member 'hostName'"],
  ['a read through an inner object', storage, 'primaryEndpoints.table', 'primaryEndpoints.tables', 'types', "no member 'tables'"],
  ['a child without its parent', storage, '  parent: tableService\n', '', 'types', 'needs parent'],
  ['a child with the wrong parent', storage, 'parent: tableService', 'parent: account', 'types', 'cannot be the parent'],
  ['a resource without a name', vault, "  name: name\n  location", '  location', 'types', 'has no name'],
  ['a new inner object without facts', app, 'httpsOnly: true', 'httpsOnly: true\n    dnsConfiguration: { dnsRetryAttemptCount: 3 }', 'types', 'run extract-facts.mjs'],
]);
