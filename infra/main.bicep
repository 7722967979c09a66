// A team's Messages Gateway in its own resource group. `azd up` fills the parameters from main.parameters.json.
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the environment. It tags every resource and seeds the generated names.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Azure region. It must offer Flex Consumption.')
param location string

@description('Object id of whoever deploys: gets the data roles for local runs and the first key. Empty: no grant.')
param principalId string = deployer().objectId

@allowed(['User', 'Group', 'ServicePrincipal'])
@description('Kind of that principal.')
param principalType string = 'User'

@description('Upstream providers (docs/deploy.md). An apiKeySecret names a secret of the Key Vault made here; azure-openai without one uses the managed identity. Names hold letters and digits only, since they become setting names.')
param providers {
  name: string
  kind: 'openai' | 'azure-openai' | 'anthropic' | 'echo'
  baseUrl: string?
  apiKeySecret: string?
  settings: object?
}[] = []

@description('Models that clients may ask for. An id may hold wildcards; targets are tried in order.')
param models {
  id: string
  targets: string[]
  displayName: string?
  contextWindow: int?
  maxOutputTokens: int?
  settings: object?
}[]

@description('Who is told of budgets that run out, targets that are down and a storage that is away (docs/alerts.md). The secrets are names of secrets of the Key Vault made here. Names hold letters and digits only.')
param alertWebhooks { name: string, urlSecret: string, signingSecret: string?, format: ('json' | 'slack' | 'teams')?, events: string[]? }[] = []

@description('More app settings, by name. They win over those that the templates set.')
param extraSettings object = {}

@description('Azure OpenAI or Foundry accounts that the gateway calls with its identity. Claude needs a role of its own.')
param azureOpenAiAccounts { name: string, resourceGroup: string, subscriptionId: string?, claude: bool? }[] = []

@description('OTLP endpoint for traces and metrics. Empty: none.')
param otlpEndpoint string = ''

@allowed([512, 2048, 4096])
@description('Memory of an instance in MB.')
param instanceMemoryMB int = 2048

@minValue(40)
@maxValue(1000)
@description('Most instances that the platform may start.')
param maximumInstanceCount int = 40

@minValue(1)
@maxValue(1000)
@description('Requests that one instance works on at once. A gateway mostly waits for upstreams, so this is high.')
param httpConcurrency int = 64

@minValue(0)
@maxValue(100)
@description('Instances that are always warm. Each is billed around the clock.')
param alwaysReadyInstances int = 0

@description('Spread instances over availability zones. The platform asks for two always-ready instances then.')
param zoneRedundant bool = false

@description('Put storage and the vault behind private endpoints and the app into a virtual network.')
param vnetEnabled bool = false

@description('Public addresses or CIDR ranges that may still reach the gateway tables and the vault when the network is private, for operators.')
param operatorIpRanges string[] = []

@description('Host name of your own, such as llm.example.com. Empty: none. Its DNS records must exist first (docs/deploy.md).')
param customDomain string = ''

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Send resource logs and metrics of the app, the tables and the vault to Log Analytics.')
param diagnosticsEnabled bool = true

@description('Monthly budget of the resource group in the currency of the subscription. 0: no budget. It warns; it stops nothing.')
@minValue(0)
param budgetAmount int = 0

@description('Who is mailed at 80% of the budget and at a forecast of 100%.')
param budgetEmails string[] = []

@description('First month of the budget. Pin it after the first deployment: Azure refuses to move it.')
param budgetStartDate string = utcNow('yyyy-MM-01')

// Built-in roles. The checks know who gets which on what (check/rules/roles.mjs).
var roles = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // host state and the deployment package
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // gateway tables; diagnostic events of the host
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb' // telemetry without an ingestion key
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault references
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' // the deployer puts the provider keys in
  cognitiveServicesUser: 'a97b65f3-24c7-4388-baec-2e87135dc908' // Claude at Foundry without a key, and all else there
  cognitiveServicesOpenAiUser: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd' // Azure OpenAI without a key
}

// One name per table that the gateway uses. The app may read and write rows, but never has to create a table.
var tables = ['keys', 'teams', 'issuers', 'audit', 'usage', 'rollups', 'spend', 'pauses', 'cache', 'alerts']

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var functionAppName = 'func-gateway-${token}'
var packageContainer = 'app-package-${take(functionAppName, 32)}-${take(token, 7)}'

// Empty switches diagnostic settings off.
var diagnosticsWorkspaceId = diagnosticsEnabled ? monitoring.outputs.workspaceId : ''

// Who gets which role: the app always, the deployer when there is one.
var appId = identity.outputs.principalId
var metricsGrants = concat(
  [{ principalId: appId, principalType: 'ServicePrincipal', roleId: roles.monitoringMetricsPublisher }],
  empty(principalId) ? [] : [{ principalId: principalId, principalType: principalType, roleId: roles.monitoringMetricsPublisher }]
)
var tableGrants = concat(
  [{ principalId: appId, principalType: 'ServicePrincipal', roleId: roles.storageTableDataContributor }],
  empty(principalId) ? [] : [{ principalId: principalId, principalType: principalType, roleId: roles.storageTableDataContributor }]
)
var vaultGrants = concat(
  [{ principalId: appId, principalType: 'ServicePrincipal', roleId: roles.keyVaultSecretsUser }],
  empty(principalId) ? [] : [{ principalId: principalId, principalType: principalType, roleId: roles.keyVaultSecretsOfficer }]
)

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-gateway-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-gateway-${token}'
    componentName: 'appi-gateway-${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
    grants: metricsGrants
  }
}

// Host state and packages are apart from the gateway's tables: each account has only the roles that it needs.
module hostStorage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    containers: [packageContainer]
    private: vnetEnabled
    grants: [
      { principalId: appId, principalType: 'ServicePrincipal', roleId: roles.storageBlobDataOwner }
      { principalId: appId, principalType: 'ServicePrincipal', roleId: roles.storageTableDataContributor }
    ]
  }
}

module tableStorage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'stgate${token}'
    location: location
    tags: tags
    tables: tables
    private: vnetEnabled
    allowedIpRanges: operatorIpRanges
    grants: tableGrants
    workspaceId: diagnosticsWorkspaceId
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-gate-${token}'
    location: location
    tags: tags
    private: vnetEnabled
    allowedIpRanges: operatorIpRanges
    grants: vaultGrants
    workspaceId: diagnosticsWorkspaceId
  }
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    name: 'vnet-gateway-${token}'
    location: location
    tags: tags
    hostStorageId: hostStorage.outputs.id
    tableStorageId: tableStorage.outputs.id
    vaultId: vault.outputs.id
  }
}

module functionApp 'modules/function-app.bicep' = {
  scope: group
  params: {
    name: functionAppName
    planName: 'plan-gateway-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    packageContainerUri: '${hostStorage.outputs.blobEndpoint}${packageContainer}'
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReadyInstances: alwaysReadyInstances
    zoneRedundant: zoneRedundant
    workspaceId: diagnosticsWorkspaceId
  }
}

// After the roles, so that the first start can already read its storage and its keys.
module appSettings 'modules/app-settings.bicep' = {
  scope: group
  params: {
    functionAppName: functionApp.outputs.name
    identityClientId: identity.outputs.clientId
    hostStorageName: hostStorage.outputs.name
    tableEndpoint: tableStorage.outputs.tableEndpoint
    componentName: monitoring.outputs.componentName
    vaultName: vault.outputs.name
    providers: providers
    models: models
    alertWebhooks: alertWebhooks
    otlpEndpoint: otlpEndpoint
    extraSettings: extraSettings
  }
}

module azureOpenAiRole 'modules/azure-openai-role.bicep' = [
  for account in azureOpenAiAccounts: {
    name: 'role-${uniqueString(account.name, account.resourceGroup, environmentName)}'
    scope: resourceGroup(account.?subscriptionId ?? subscription().subscriptionId, account.resourceGroup)
    params: {
      accountName: account.name
      principalId: identity.outputs.principalId
      roleId: account.?claude == true ? roles.cognitiveServicesUser : roles.cognitiveServicesOpenAiUser
    }
  }
]

module domain 'modules/custom-domain.bicep' = if (!empty(customDomain)) {
  scope: group
  params: {
    functionAppName: functionApp.outputs.name
    planName: functionApp.outputs.planName
    hostName: customDomain
    location: location
    tags: tags
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0) {
  scope: group
  params: {
    name: 'budget-${environmentName}'
    amount: budgetAmount
    emails: budgetEmails
    startDate: budgetStartDate
  }
}

// azd keeps these in the environment; the hooks and the pipeline read them.
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = functionApp.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output GATEWAY_URL string = empty(customDomain) ? functionApp.outputs.url : 'https://${customDomain}'
output GATEWAY_TABLE_ENDPOINT string = tableStorage.outputs.tableEndpoint
